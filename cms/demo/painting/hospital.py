"""Scenes of the hospital: the corridor, the bed in room nine, and who stands in its door."""

import math

from cms.demo.painting.brush import Canvas, Point, outline, ring, smooth
from cms.demo.painting.figures import Figure
from cms.demo.painting.layers import Layer
from cms.demo.painting.people import MARGARET, Profile
from cms.demo.painting.things import SHARP, half_moon

MONITOR = (680, 300, 400, 280)  # x, y, width, height of its screen
LYING = 78  # degrees from upright


def corridor(scale: float) -> list[Layer]:
    """Nora runs down the corridor to room nine; the lamps flicker."""
    return [Layer(_corridor(scale * SHARP), growth=2), Layer(_running(scale * SHARP), growth=4)]


def _corridor(scale: float) -> Canvas:
    hall = Canvas(1080, 1920, scale)
    hall.cover((0, "#0d2a30"), (1, "#06161b"))
    x, y, half, tall = 540, 800, 130, 210  # the far wall
    hall.fill([(0, -260), (1080, -260), (x + half, y - tall), (x - half, y - tall)], "#123840", to="#2f6b70")
    hall.fill([(0, 1920), (1080, 1920), (x + half, y + tall), (x - half, y + tall)], "#4f8f8e", to="#0c2a30")
    for side in (-1, 1):
        edge = 540 + side * 540
        hall.fill(
            [(edge, -260), (x + side * half, y - tall), (x + side * half, y + tall), (edge, 1920)],
            "#1d5058",
            to="#0e2f37",
        )
        hall.fill(
            [(edge, 1230), (x + side * half, y + tall * 0.42), (x + side * half, y + tall * 0.56), (edge, 1340)],
            "#7fb0a4",
            opacity=0.55,
        )
    hall.rect(x - half, y - tall, 2 * half, 2 * tall, "#5fa3a0", to="#2a6066")
    hall.rect(x - 62, y - 120, 124, tall + 120, "#cfeee6", to="#86c4bc")
    hall.glow(x, y, 420, "#c9fff2", 0.65)
    hall.rect(x - 58, y - 168, 116, 36, "#0c2a30")
    hall.text(x, y - 150, "ROOM 9", 25, "#ff6a5e", spacing=2)
    for near, far in ((0.06, 0.16), (0.28, 0.36), (0.50, 0.56), (0.68, 0.72)):
        a, b = _depth(near), _depth(far)
        hall.fill([_in(-0.30, a, 1), _in(0.30, a, 1), _in(0.30, b, 1), _in(-0.30, b, 1)], "#f2fffb")
        hall.light(
            [_in(-0.34, a, 1), _in(0.34, a, 1), _in(0.34, b, 1), _in(-0.34, b, 1)], "#c8fff4", 0.8, blur=30 * (1 - near)
        )
        hall.light(
            [_in(-0.30, a, -1), _in(0.30, a, -1), _in(0.34, b, -1), _in(-0.34, b, -1)],
            "#bff5ea",
            0.42,
            blur=18 * (1 - near),
        )
    for side in (-1, 1):
        for near, far in ((0.20, 0.34), (0.46, 0.56), (0.64, 0.70)):
            a, b = _depth(near), _depth(far)
            hall.fill(
                [_wall(side, a, 0.98), _wall(side, b, 0.98), _wall(side, b, -0.42), _wall(side, a, -0.42)],
                "#2f6f73",
                to="#12383f",
            )
            hall.line(
                [_wall(side, a, 0.98), _wall(side, a, -0.42), _wall(side, b, -0.42), _wall(side, b, 0.98)],
                4,
                "#8fc7bd",
                opacity=0.5,
            )
    hall.vignette(0.7)
    hall.grain(seed=22)
    return hall


def _depth(far: float) -> float:
    """Return how large things are at a distance: 1 at the lens, 0.24 at the end of the corridor."""
    return 1 - 0.76 * far**0.6


def _in(across: float, size: float, up: int) -> Point:
    """Return a point on the ceiling (``up`` 1) or the floor (-1)."""
    return (540 + across * 540 * size, 800 - up * 880 * size)


def _wall(side: int, size: float, down: float) -> Point:
    return (540 + side * 540 * size, 800 + down * 880 * size)


def _running(scale: float) -> Canvas:
    layer = Canvas(1080, 1920, scale)
    nora = Figure(layer, 548, 1400, 640).runner()
    nora.edge_light(6, -8, "#d8fff4", opacity=0.9, blur=3)
    layer.fill(ring(548, 1402, 150, 26), "#021013", opacity=0.7, blur=16)
    layer.put(nora)
    mirror = Canvas(1080, 1920, scale)
    mirror.put(nora)
    mirror.reflect(1404, opacity=0.35, blur=7)
    layer.put(mirror)
    return layer


def bedside(scale: float) -> list[Layer]:
    """Margaret wakes: the line on the monitor runs, a hand closes around hers."""
    x, y, width, height = MONITOR
    screen = Canvas(1520, 1920, scale)
    screen.rect(x - 60, y - 40, width + 120, height + 80, "#03120f", to="#062019")
    for line in range(8):
        screen.rect(x, y + line * height / 7, width, 1.5, "#0f4a3c")
        screen.rect(x + line * width / 7, y, 1.5, height, "#0f4a3c")
    return [Layer(screen, x=-420, dx=2), Layer(_heartbeat(scale), x=-1500, dx=6), Layer(_ward(scale), x=-420, dx=2)]


def _heartbeat(scale: float) -> Canvas:
    trace = Canvas(2700, 1920, scale)
    middle = MONITOR[1] + MONITOR[3] * 0.55
    beat = outline("0,0 60,0 74,-16 90,0 104,0 112,20 126,-120 140,52 150,0 176,0 196,-26 218,0")
    path = [(start + px, middle + py) for start in range(0, 2700, 240) for px, py in beat]
    for width, opacity in ((16, 0.16), (9, 0.3), (4, 1.0)):
        trace.line(path, width, "#5dffb0", opacity=opacity)
    return trace


def _ward(scale: float) -> Canvas:
    ward = Canvas(1520, 1920, scale)
    ward.cover((0, "#0c2430"), (0.5, "#17414c"), (1, "#071a22"))
    for slat in range(13):
        ward.light(
            [(30, 150 + slat * 52), (400, 120 + slat * 52), (400, 146 + slat * 52), (30, 178 + slat * 52)],
            "#6fa8c9",
            0.22,
            blur=4,
        )
    x, y, width, height = MONITOR
    ward.fill(_rounded(x - 34, y - 34, width + 68, height + 96, 26), "#20323c", to="#0b151b")
    ward.oval(x + width - 6, y + height + 30, 10, 10, "#ff5a52")
    ward.text(x + 60, y + height + 30, "ROOM 9", 26, "#7fb7ad", spacing=3)
    ward.rect(x + width / 2 - 12, y + height + 60, 24, 420, "#12222a")
    ward.glow(x + width / 2, y + height / 2, 520, "#3fe0a0", 0.28)
    ward.cut(_rounded(x, y, width, height, 14))
    ward.fill(
        smooth(outline("0,1010! 180,960 420,985 560,1080 640,1180 640,1300 0,1330!")),
        "#e7f1f0",
        to="#8fb4b8",
    )
    _patient(ward)
    blanket: list[Point] = outline(
        "330,1240 470,1190 620,1130 760,1020 900,940 1100,915 1520,960! 1520,1920! 0,1920! 0,1330 160,1290"
    )
    ward.fill(smooth(blanket), "#86b3b8", to="#23505a")
    for fold in range(9):
        ward.line(
            smooth([(180 + fold * 150, 1300), (240 + fold * 140, 1500), (200 + fold * 170, 1900)], closed=False),
            10,
            "#5f929a",
            opacity=0.35,
        )
    _joined_hands(ward)
    ward.vignette(0.5)
    ward.grain(seed=23)
    ward.cut(_rounded(x, y, width, height, 14))
    return ward


def _patient(ward: Canvas) -> None:
    lying = Profile(MARGARET, ward, 360, 1010, 400).paint()
    lying.turn(LYING, 360, 1010)
    lying.edge_light(4, -10, "#bff5ea", opacity=0.8, blur=3)
    ward.put(lying.shadow(10, 26, blur=18, opacity=0.4))
    ward.put(lying)
    tube = smooth(outline("250,905 300,880 420,860 520,930 640,1100 760,1140"), closed=False)
    ward.line(tube, 8, "#cfeaf0", opacity=0.7)


def _joined_hands(ward: Canvas) -> None:
    sleeve = outline("1520,1270! 1000,1340 780,1420 800,1530 960,1545 1520,1610!")
    old = outline("420,1400 540,1380 650,1400 720,1440 700,1490 600,1510 480,1490 380,1470")
    young = outline(
        "820,1420 740,1400 650,1390 570,1420 560,1450 620,1456 580,1480 590,1505 650,1500 640,1525 700,1535 800,1520"
    )
    ward.fill(smooth(outline("200,1430 420,1390 430,1490 230,1530")), "#cfe0e2", to="#7fa3a8")
    ward.fill(smooth(old), "#ecc9b0", to="#b98a78")
    ward.fill(smooth(sleeve), "#b3202f", to="#5c0f1f")
    ward.fill(smooth(young), "#e8b48d", to="#a3655a")
    for y in (1438, 1470, 1503):
        ward.line(smooth([(580, y), (640, y - 8), (710, y + 2)], closed=False), 4, "#8d4f4f", opacity=0.6)
    half_moon(ward, 480, 1442, 26)
    ward.line(smooth([(470, 1422), (430, 1400), (380, 1440)], closed=False), 4, "#e7c06a")


def _rounded(x: float, y: float, width: float, height: float, corner: float) -> list[Point]:
    points: list[Point] = []
    for middle_x, middle_y, start in (
        (x + width - corner, y + corner, -0.5),
        (x + width - corner, y + height - corner, 0.0),
        (x + corner, y + height - corner, 0.5),
        (x + corner, y + corner, 1.0),
    ):
        turns = (math.pi * (start + step / 16) for step in range(9))
        points.extend((middle_x + corner * math.cos(turn), middle_y + corner * math.sin(turn)) for turn in turns)
    return points


def shadow_at_the_door(scale: float) -> list[Layer]:
    """Celeste in the lit doorway; her shadow reaches the bed before she does."""
    return [Layer(_doorway(scale * SHARP), growth=2), Layer(_rail(scale), y=220, dy=-2)]


def _doorway(scale: float) -> Canvas:
    room = Canvas(1080, 1920, scale)
    room.cover((0, "#04090d"), (0.6, "#0b1d24"), (1, "#04080b"))
    room.fill(outline("330,330 750,330 750,1240 330,1240"), "#eafff8", to="#7fd0c0")
    room.fill(outline("330,1240 750,1240 1010,1920 70,1920"), "#8fdccb", to="#0d2a2c", opacity=0.9)
    room.glow(540, 760, 760, "#a9ffec", 0.5)
    room.line(outline("330,1240 330,330 750,330 750,1240"), 16, "#12343a")
    room.fill(outline("750,330 930,270 930,1380 750,1240"), "#123038", to="#081a20")
    room.oval(902, 850, 12, 12, "#c9b27a")
    room.rect(600, 230, 150, 56, "#0b1d24")
    room.text(676, 258, "ROOM 9", 30, "#ff6a5e", spacing=2)
    celeste = Figure(room, 540, 1262, 790).lady()
    celeste.shade_inside(outline("0,0 1080,0 1080,1400 0,1400"), "#031012", opacity=0.8)
    celeste.edge_light(6, -6, "#f4fffb", opacity=0.95, blur=3)
    celeste.edge_light(-6, -6, "#f4fffb", opacity=0.95, blur=3)
    long_shadow: list[Point] = outline("500,1262 580,1262 660,1540 640,1700 700,1920 380,1920 440,1700 420,1540")
    room.fill(smooth(long_shadow, steps=6), "#03090b", opacity=0.8, blur=10)
    room.put(celeste)
    room.vignette(0.7)
    room.grain(seed=24)
    return room


def _rail(scale: float) -> Canvas:
    rail = Canvas(1080, 2200, scale)
    rail.line([(-40, 1560), (1120, 1500)], 40, "#0a1417")
    rail.line([(-40, 1548), (1120, 1488)], 6, "#6faea4", opacity=0.8)
    for x in range(60, 1080, 170):
        rail.line([(x, 1556 - x * 0.052), (x + 6, 2200)], 22, "#081013")
    rail.fill(
        smooth(outline("0,1700! 300,1640 700,1660 1080,1600! 1080,2200! 0,2200!")),
        "#10282e",
        to="#04090b",
    )
    soft = rail.like()
    soft.put(rail, blur=5)
    return soft
