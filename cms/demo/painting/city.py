"""Scenes in the city: the night over Port Calder, the courier's van, the lawyer's office."""

from cms.demo.painting.brush import Canvas, outline, smooth
from cms.demo.painting.figures import Figure
from cms.demo.painting.layers import Layer
from cms.demo.painting.people import ADRIAN, NORA, Profile, facing
from cms.demo.painting.places import bokeh, clouds, drops_on_glass, mansion, moon, rain, towers, trees

NIGHT = ((0, "#0a1030"), (0.35, "#1d2a5c"), (0.62, "#6a3f6e"), (0.75, "#b5605e"), (1, "#1a1226"))
STREET_LIGHTS = ["#ffb45e", "#ff7a4d", "#ffd79a", "#5fb4ff", "#ff4d6a", "#8fe0d0"]


def skyline(scale: float) -> list[Layer]:
    """Rain over the city; on its hill, Whitlock House with every window lit, and the title."""
    return [
        Layer(_night_sky(scale), x=-60, y=-190, dy=1),
        Layer(_hill(scale), x=-160, y=200, dy=-2),
        Layer(rain(scale, seed=4), dy=48, period=1920),
        Layer(_title(scale), fade=(1.6, 4.6)),
    ]


def _night_sky(scale: float) -> Canvas:
    sky = Canvas(1240, 2120, scale)
    sky.cover(*NIGHT)
    moon(sky, 850, 520, 92)
    clouds(sky, 600, seed=3, color="#2a3468", opacity=0.55)
    clouds(sky, 860, seed=5, color="#4a3a6c", opacity=0.5)
    towers(sky, 1600, seed=11, color="#4b3a68", to="#7a4a68", lights="#ffc98a", tallest=680, lit=0.16)
    towers(sky, 1660, seed=12, color="#2e2850", to="#4a3358", lights="#ffd694", tallest=540, lit=0.26)
    towers(sky, 1720, seed=13, color="#19173a", to="#2a1f40", lights="#ffe0a6", tallest=400, lit=0.34)
    sky.grain(seed=1)
    return sky


def _hill(scale: float) -> Canvas:
    hill = Canvas(1400, 2160, scale)
    slope = outline("0,1500 300,1420 650,1330 1000,1360 1400,1480")
    hill.fill([*smooth(slope, closed=False), (1400, 2160), (0, 2160)], "#15112a", to="#05040d")
    trees(hill, [(330, 1440, 210), (400, 1420, 170), (1010, 1390, 240), (1090, 1400, 190), (250, 1460, 150)], "#0c0a1a")
    left = outline("660,1350 690,1450 600,1560 400,1740 330,1960 340,2160")
    right = outline("720,1350 790,1450 710,1580 570,1740 640,1960 760,2160")
    drive = [*smooth(left, closed=False), *reversed(smooth(right, closed=False))]
    hill.fill(drive, "#8a5a40", to="#1a1322", opacity=0.8, blur=3)
    mansion(hill, 690, 1350, 250)
    for x, y in ((810, 1440), (640, 1500), (760, 1600), (470, 1660), (680, 1800), (330, 1840)):
        hill.rect(x - 2, y - 60, 4, 60, "#0a0814")
        hill.glow(x, y - 62, 70, "#ffc878", 0.9)
        hill.oval(x, y - 62, 6, 6, "#fff2cf")
    hill.grain(seed=2)
    return hill


def _title(scale: float) -> Canvas:
    card = Canvas(1080, 1920, scale)
    card.oval(540, 760, 620, 240, "#070a1c", opacity=0.5, blur=90)
    card.text(540, 640, "THE LETTER", 112, "#fff4dc", spacing=14)
    card.text(540, 768, "KNEW MY NAME", 88, "#fff4dc", spacing=12)
    card.rect(390, 850, 300, 3, "#d12f3f")
    card.text(540, 896, "EPISODE ONE", 34, "#e9d5b0", spacing=14)
    return card


def van(scale: float) -> list[Layer]:
    """Nora at the wheel: lights of the city run past the wet window behind her."""
    lights = Canvas(2200, 1920, scale)
    lights.cover((0, "#0b1430"), (0.5, "#1c2950"), (1, "#0a0d1c"))
    bokeh(lights, seed=21, count=95, colors=STREET_LIGHTS, top=250, bottom=1250)
    glass = Canvas(1080, 2380, scale)
    drops_on_glass(glass, seed=22, count=420)
    return [
        Layer(lights, x=-1100, dx=4),
        Layer(glass, y=-440, dy=2),
        Layer(_driver(scale), x=-40),
    ]


def _driver(scale: float) -> Canvas:
    cab = Canvas(1160, 1920, scale)
    cab.rect(0, 0, 1160, 1920, "#0c0d18", to="#07070d")
    cab.cut(
        smooth(
            outline("130,330! 420,235 1000,215 1160,230! 1160,1130! 130,1190!"),
            steps=6,
        )
    )
    cab.line(smooth([(125, 1192), (600, 1160), (1160, 1128)], closed=False), 14, "#2b2f45")
    nora = Profile(NORA, cab, 500, 760, 560).paint()
    nora.shade_inside(outline("0,0 380,0 420,1920 0,1920"), "#060812", opacity=0.55, blur=120)
    nora.edge_light(10, -6, "#ffb86b", opacity=0.85, blur=4)
    nora.edge_light(-6, -8, "#5f8fe0", opacity=0.6, blur=4)
    cab.put(nora)
    wheel = smooth(outline("1160,1320 980,1370 880,1500 860,1680 920,1920"), closed=False)
    cab.line(wheel, 46, "#15161f")
    cab.line([(x - 12, y - 6) for x, y in wheel], 8, "#3e4258")
    hand = smooth(outline("780,1560 840,1490 930,1480 950,1530 925,1600 850,1650 790,1640"))
    cab.fill(hand, "#d79f7b", to="#7c4546")
    for y in (1520, 1552, 1584):
        cab.line([(880, y), (938, y - 8)], 5, "#8d5350", opacity=0.7)
    cab.fill(
        smooth(outline("560,1920! 640,1700 780,1550 830,1650 770,1800 740,1920!")),
        "#a31d2c",
        to="#3f0a16",
    )
    cab.glow(1010, 1500, 420, "#2f7f8a", 0.35)
    cab.grain(seed=3)
    return cab


def office(scale: float) -> list[Layer]:
    """Adrian waits at the window of his office, forty floors above the harbor."""
    return [
        Layer(_harbor_by_night(scale), x=-60, y=-60, dx=-1),
        Layer(_room_with_a_view(scale), x=-400, dx=2),
    ]


def _harbor_by_night(scale: float) -> Canvas:
    view = Canvas(1400, 1980, scale)
    view.cover((0, "#0c1538"), (0.45, "#27346b"), (0.68, "#7b4a72"), (0.8, "#c06a58"), (1, "#131024"))
    clouds(view, 420, seed=31, color="#33407c", opacity=0.5)
    towers(view, 1480, seed=32, color="#473a6b", to="#6f4766", lights="#ffc98a", tallest=760, lit=0.18)
    towers(view, 1520, seed=33, color="#241f47", to="#3b2b50", lights="#ffd694", tallest=520, lit=0.32)
    view.reflect(1500, opacity=0.55, blur=7)
    view.grain(seed=4)
    return view


def _room_with_a_view(scale: float) -> Canvas:
    room = Canvas(1500, 1920, scale)
    room.rect(0, 0, 1500, 1920, "#0d0f1c", to="#0a0810")
    for x in (90, 520, 950):
        room.cut([(x, 170), (x + 390, 170), (x + 390, 1440), (x, 1440)])
    room.fill(outline("0,1440 1500,1440 1500,1920 0,1920"), "#1d1520", to="#08060c")
    for x in (90, 520, 950):  # the windows lie on the floor as light
        room.light([(x + 40, 1445), (x + 350, 1445), (x + 250, 1920), (x - 180, 1920)], "#b46a6a", 0.30, blur=14)
    room.rect(870, 1330, 640, 26, "#3a2418", to="#1e120d")
    room.rect(900, 1356, 600, 330, "#21150f", to="#0d0806")
    room.rect(1090, 1120, 8, 210, "#8a6a3a")
    room.fill(outline("1020,1120 1060,1010 1128,1010 1168,1120"), "#ffdf9e", to="#f0a850")
    room.glow(1094, 1160, 420, "#ffb257", 0.75)
    adrian = Figure(room, 590, 1700, 1120).lawyer()
    adrian.edge_light(6, -8, "#ffb98a", opacity=0.8, blur=4)
    room.put(adrian.shadow(-40, 30, blur=30, opacity=0.6))
    room.put(adrian)
    room.grain(seed=5)
    return room


def bargain(scale: float) -> list[Layer]:
    """Nora and Adrian, a breath apart, and the city between them."""
    view = Canvas(1300, 1920, scale)
    view.cover((0, "#141a3c"), (0.5, "#4a3560"), (0.75, "#a85a50"), (1, "#1a1020"))
    bokeh(view, seed=41, count=80, colors=STREET_LIGHTS, top=500, bottom=1400)
    view.glow(620, 820, 620, "#ffab66", 0.55)
    view.vignette(0.5)
    view.grain(seed=6)
    return [
        Layer(view, x=-110),
        Layer(facing(NORA, scale, 660, 860, 540, light="#8fb4ff"), x=-386),
        Layer(facing(ADRIAN, scale, 940, 740, 580, light="#ffcf8f", mirrored=True), x=226, dx=-2),
    ]
