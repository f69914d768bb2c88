"""Scenes of Whitlock House: its door, its stairs, and the two who would be its heiress."""

from cms.demo.painting.brush import Canvas, Point, outline, placed, smooth
from cms.demo.painting.figures import Figure
from cms.demo.painting.layers import Layer
from cms.demo.painting.people import CELESTE, NORA, Face, facing
from cms.demo.painting.places import bokeh, drops_on_glass, rain
from cms.demo.painting.things import SHARP


def door(scale: float) -> list[Layer]:
    """Nora under her red umbrella before the open door of the house."""
    return [
        Layer(_open_door(scale * SHARP), growth=2),
        Layer(rain(scale, seed=51, drops=210), dy=40, period=1920),
    ]


def _open_door(scale: float) -> Canvas:
    front = Canvas(1080, 1920, scale)
    front.cover((0, "#12152e"), (0.6, "#241c3a"), (0.74, "#1d1528"), (1, "#0a0812"))
    for x in (-30, 930):
        front.rect(x, 0, 180, 1400, "#2f2847", to="#1a1428")
    for x in (60, 210, 800, 950):
        front.rect(x, 120, 70, 1260, "#6a5a80", to="#2c2340")
        front.rect(x + 44, 120, 26, 1260, "#2a2140", opacity=0.7)
        front.rect(x - 14, 90, 98, 40, "#77678c", to="#493c5e")
        front.rect(x - 14, 1360, 98, 46, "#4a3d60", to="#231b34")
    front.fill(outline("0,40 540,-170 1080,40 1080,110 0,110"), "#3a3054", to="#2a2240")
    arch = outline("330,1400! 330,640 360,520 440,440 540,414 640,440 720,520 750,640 750,1400!")
    front.fill(smooth([(x * 1.12 - 65, y - 40 * (y < 1300)) for x, y in arch]), "#4c3f62", to="#2a2138")
    front.fill(smooth(arch), "#fff3cf", to="#ffb14f")
    front.glow(540, 900, 720, "#ff9f45", 0.6)
    for side in (-1, 1):  # two leaves, open inward
        front.fill(
            [(540 + side * 210, 560), (540 + side * 140, 610), (540 + side * 140, 1370), (540 + side * 210, 1400)],
            "#7a4424",
            to="#341a10",
        )
    front.fill(
        smooth(outline("500,700 540,640 580,700 600,860 590,980 490,980 480,860")),
        "#ffd88c",
        opacity=0.8,
        blur=18,
    )
    for side in (-1, 1):
        x = 540 + side * 300
        front.rect(x - 3, 560, 6, 90, "#1a1220")
        front.fill([(x - 30, 650), (x + 30, 650), (x + 22, 740), (x - 22, 740)], "#ffe2a0", to="#ff9f3e")
        front.glow(x, 695, 190, "#ffab4a", 0.75)
    for step, y in enumerate((1400, 1446, 1500)):
        spread = 300 + step * 90
        front.fill(
            [(540 - spread, y), (540 + spread, y), (540 + spread + 60, y + 54), (540 - spread - 60, y + 54)],
            "#8a6450",
            to="#2c1d2a",
        )
    front.rect(0, 1554, 1080, 366, "#171221", to="#0a0812")
    front.fill(outline("380,1400 700,1400 960,1920 120,1920"), "#ffb257", opacity=0.30, blur=26)
    nora = Figure(front, 540, 1640, 760).courier(umbrella=True)
    nora.edge_light(7, -8, "#ffd38a", opacity=0.8, blur=3)
    nora.edge_light(-7, -8, "#ffd38a", opacity=0.8, blur=3)
    front.put(nora)
    front.reflect(1640, opacity=0.45, blur=6)
    front.vignette(0.6)
    front.grain(seed=12)
    return front


def stairs(scale: float) -> list[Layer]:
    """The look goes up the great stairs, from the courier at their foot to the heiress at their head."""
    hall = _great_hall(scale)
    courier = Figure(Canvas(1080, 3000, scale), 300, 2600, 760).courier()
    courier.edge_light(6, -8, "#ffcf8f", opacity=0.8, blur=3)
    return [
        Layer(hall, y=-740, dy=3),
        Layer(courier.shadow(-60, 40, blur=24, opacity=0.5), y=-900, dy=4),
        Layer(courier, y=-900, dy=4),
    ]


def _great_hall(scale: float) -> Canvas:
    hall = Canvas(1080, 2660, scale)
    hall.cover((0, "#1b1626"), (0.3, "#3a2838"), (0.6, "#50323a"), (1, "#140c12"))
    for x in (40, 900):
        hall.rect(x, 0, 140, 2100, "#5c3f44", to="#2a1a22")
        hall.rect(x + 96, 0, 44, 2100, "#1d1119", opacity=0.55)
    arch = outline("330,1180! 330,480 400,330 540,270 680,330 750,480 750,1180!")
    hall.fill(smooth(arch), "#5f7fc4", to="#20305e")
    hall.glow(540, 620, 420, "#a8c4ff", 0.5)
    for x in (435, 540, 645):
        hall.rect(x - 5, 290, 10, 890, "#20131c")
    for y in (520, 760, 1000):
        hall.rect(330, y, 420, 9, "#20131c")
    hall.rect(0, 1180, 1080, 40, "#7a4a3c", to="#3a2020")
    for step in range(24):
        top = 1220 + step * 38 + step * step * 0.55
        half = 190 + step * 15.5
        tall = 38 + step * 1.1
        hall.fill(
            [(540 - half, top), (540 + half, top), (540 + half + 15, top + tall), (540 - half - 15, top + tall)],
            "#8b5a48",
            to="#3a2124",
        )
        hall.fill(
            [
                (540 - half * 0.55, top),
                (540 + half * 0.55, top),
                (540 + half * 0.55 + 9, top + tall),
                (540 - half * 0.55 - 9, top + tall),
            ],
            "#b3202f",
            to="#5a0f1c",
        )
        hall.line([(540 - half, top), (540 + half, top)], 3, "#d99a72", opacity=0.45)
    for side in (-1, 1):
        rail = smooth(
            [(540 + side * 200, 1090), (540 + side * 330, 1490), (540 + side * 520, 2000), (540 + side * 640, 2340)],
            closed=False,
        )
        hall.line(rail, 26, "#2a1512")
        hall.line([(x, y - 9) for x, y in rail], 6, "#b97f52")
        for post in rail[2:-8:2]:
            hall.line([post, (post[0] - side * 4, post[1] + 130)], 8, "#2a1512")
    _chandelier(hall, 540, 250)
    celeste = Figure(hall, 540, 1262, 640).lady()
    celeste.edge_light(6, -8, "#bcd2ff", opacity=0.8, blur=3)
    celeste.edge_light(-6, -8, "#bcd2ff", opacity=0.8, blur=3)
    hall.put(celeste.shadow(20, 60, blur=26, opacity=0.5))
    hall.put(celeste)
    hall.fill(outline("0,2440 1080,2440 1080,2660 0,2660"), "#2a171c", to="#0a0508", opacity=0.9)
    hall.grain(seed=13)
    return hall


def _chandelier(hall: Canvas, x: float, y: float) -> None:
    hall.rect(x - 3, 0, 6, y - 60, "#b98a4e")
    hall.glow(x, y, 560, "#ffc069", 0.75)
    for width, level in ((250, 0), (170, -56), (90, -104)):
        rim = smooth([(x - width, y + level), (x, y + level + 34), (x + width, y + level)], closed=False)
        hall.line(rim, 7, "#d9a95e")
        for candle in range(9):
            px, py = rim[round(candle * (len(rim) - 1) / 8)]
            hall.rect(px - 4, py - 34, 8, 30, "#fff1d6")
            hall.oval(px, py - 44, 6, 12, "#fffbe8", to="#ffb347")
            hall.glow(px, py - 42, 54, "#ffd591", 0.8)
            hall.fill(
                smooth(placed(outline("0,-1! 0.4,0.3 0,1 -0.4,0.3"), px, py + 26, 14)),
                "#eaf4ff",
                to="#b9c9e8",
                opacity=0.8,
            )


def rivals(scale: float) -> list[Layer]:
    """Nora and Celeste face each other before the storm in the window."""
    window = Canvas(1200, 1920, scale)
    window.cover((0, "#141d3d"), (0.55, "#3d5b9a"), (1, "#141527"))
    window.glow(600, 800, 640, "#9db9ff", 0.5)
    bolt = outline("640,60 600,260 655,280 590,520 640,540 560,800")
    window.light(_widened(bolt, 26), "#a9c6ff", 0.9, blur=22)
    window.line(bolt, 7, "#f4f8ff", opacity=0.95)
    window.line([(655, 280), (720, 380), (700, 470)], 4, "#f4f8ff", opacity=0.8)
    drops_on_glass(window, seed=61, count=150)
    for x in (70, 400, 780, 1110):
        window.rect(x, 0, 22, 1920, "#0b0d1a")
    for y in (330, 820, 1310):
        window.rect(0, y, 1200, 16, "#0b0d1a")
    for side in (0, 1):
        fold = [(1200 * side, 0), (1200 * side, 1920)]
        for depth in (210, 160, 100):
            edge = 1200 - depth if side else depth
            window.fill(
                [*fold, (edge + 20 * (1 - 2 * side), 1920), (edge, 0)],
                "#4a1220" if depth != 160 else "#6b1a2b",
                to="#1b070d",
            )
    window.grain(seed=14)
    return [
        Layer(window, x=-60),
        Layer(facing(NORA, scale, 640, 840, 540, light="#a9c6ff"), x=-760, dx=2),
        Layer(facing(CELESTE, scale, 960, 800, 540, light="#ffd9a0", mirrored=True), x=-200),
    ]


def _widened(path: list[Point], width: float) -> list[Point]:
    return [*((x - width, y) for x, y in path), *((x + width, y) for x, y in reversed(path))]


def revelation(scale: float) -> list[Layer]:
    """Nora's face as she understands whose name it is."""
    return [
        Layer(_face_in_the_storm(scale * SHARP), growth=2),
        Layer(rain(scale, seed=71, drops=70), dy=52, period=1920),
    ]


def _face_in_the_storm(scale: float) -> Canvas:
    night = Canvas(1080, 1920, scale)
    night.cover((0, "#0c1230"), (0.5, "#2b3c76"), (1, "#0a0a18"))
    bokeh(night, seed=72, count=46, colors=["#ffb45e", "#ff7a4d", "#6f9cff", "#ffd79a"], top=120, bottom=1300)
    night.glow(820, 700, 620, "#ffb066", 0.35)
    nora = Face(NORA, night, 540, 800, 760).paint()
    nora.edge_light(12, -6, "#ffc98a", opacity=0.85, blur=4)
    nora.edge_light(-12, -6, "#7fa6ff", opacity=0.85, blur=4)
    night.put(nora)
    night.vignette(0.55)
    night.grain(seed=16)
    return night
