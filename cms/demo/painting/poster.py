"""The poster of the sample series."""

from cms.demo.painting.brush import Canvas, smooth
from cms.demo.painting.figures import Figure
from cms.demo.painting.people import ADRIAN, CELESTE, NORA, Face, Profile
from cms.demo.painting.places import clouds, falling_rain, mansion, towers, trees


def poster(height: float, scale: float, *, lettered: bool) -> Canvas:
    """Paint the poster, 1080 units wide: Nora above the house, the two who want her name at her sides."""
    sheet = Canvas(1080, height, scale)
    sheet.cover((0, "#0a1030"), (0.4, "#27336b"), (0.64, "#7d4672"), (0.76, "#c4665c"), (1, "#120c1e"))
    clouds(sheet, 0.12 * height, seed=81, color="#3a4684", opacity=0.55)
    clouds(sheet, 0.60 * height, seed=82, color="#5c3f70", opacity=0.5)
    sheet.glow(540, 0.36 * height, 760, "#8fa8ff", 0.35)
    _rivals(sheet, height)
    nora = Face(NORA, sheet, 540, 0.335 * height, 0.305 * height).paint()
    nora.edge_light(10, -6, "#ffc98a", opacity=0.9, blur=4)
    nora.edge_light(-10, -6, "#8fb4ff", opacity=0.9, blur=4)
    nora.fade_below(0.58 * height, 0.74 * height)
    sheet.put(nora)
    _house(sheet, height)
    falling_rain(sheet, seed=83, drops=150, length=80, opacity=0.22)
    sheet.vignette(0.55)
    if lettered:
        _lettering(sheet, height)
    sheet.grain(0.03, seed=84)
    return sheet


def _rivals(sheet: Canvas, height: float) -> None:
    for who, x, mirrored, light in ((CELESTE, 175, True, "#ffd9a0"), (ADRIAN, 905, False, "#8fb4ff")):
        rival = Profile(who, sheet, x, 0.435 * height, 335, mirrored=mirrored).paint()
        rival.edge_light(-7 if mirrored else 7, -4, light, opacity=0.9, blur=3)
        rival.fade_below(0.55 * height, 0.70 * height)
        sheet.put(rival, opacity=0.92)


def _house(sheet: Canvas, height: float) -> None:
    ground = 0.80 * height
    towers(sheet, ground + 30, seed=85, color="#3a2c58", to="#5a3a60", lights="#ffc98a", tallest=210, lit=0.25)
    slope = smooth(
        [(0, ground + 10), (260, ground - 26), (540, ground - 46), (820, ground - 26), (1080, ground + 14)],
        closed=False,
    )
    sheet.fill([*slope, (1080, height), (0, height)], "#171230", to="#05040d")
    trees(sheet, [(150, ground + 20, 150), (215, ground, 190), (860, ground, 200), (930, ground + 12, 150)], "#0d0a1c")
    mansion(sheet, 540, ground - 40, 225)
    path = [
        (515, ground - 40),
        (565, ground - 40),
        (620, ground + 90),
        (700, height),
        (380, height),
        (460, ground + 90),
    ]
    sheet.fill(path, "#c98a54", to="#2a1a28", opacity=0.55, blur=5)
    courier = Figure(sheet, 540, ground + 118, 150).courier(umbrella=True)
    courier.edge_light(3, -3, "#ffd38a", opacity=0.8, blur=2)
    sheet.put(courier)


def _lettering(sheet: Canvas, height: float) -> None:
    sheet.oval(540, 0.945 * height, 640, 0.075 * height, "#05040d", opacity=0.6, blur=50)
    sheet.text(540, 0.918 * height, "THE LETTER", 104, "#fff4dc", spacing=14)
    sheet.text(540, 0.962 * height, "KNEW MY NAME", 66, "#fff4dc", spacing=12)
