"""Scenes of things seen from close by: the letter, the photograph in it, the deed."""

from cms.demo.painting.brush import Canvas, Point, outline, placed, ring, smooth
from cms.demo.painting.layers import Layer

PAPER, PAPER_SHADE, INK = "#f3e6c9", "#cfb98f", "#2b2140"
SHARP = 1.25  # pictures that grow are painted larger, so that they stay sharp to the end


def envelope(scale: float) -> list[Layer]:
    """The letter on the seat beside her: a dead girl's name. Street lamps pass over it."""
    lamps = Canvas(2760, 1920, scale)
    for x in (560, 1380, 2200):
        lamps.fill([(x, 0), (x + 260, 0), (x - 140, 1920), (x - 500, 1920)], "#ffb764", opacity=0.30, blur=70)
    return [
        Layer(_seat_with_letter(scale * SHARP), growth=2),
        Layer(lamps, x=-1680, dx=8),
        Layer(_reaching_hand(scale), x=300, y=60, dx=-2),
    ]


def _seat_with_letter(scale: float) -> Canvas:
    seat = Canvas(1080, 1920, scale)
    seat.cover((0, "#141827"), (0.5, "#262a3d"), (1, "#0b0c14"))
    for x in (90, 390, 690, 990):
        seat.fill(
            smooth(
                [
                    (x - 8, 0),
                    (x + 14, 700),
                    (x, 1300),
                    (x - 26, 1920),
                    (x - 60, 1920),
                    (x - 22, 1300),
                    (x - 14, 700),
                    (x - 30, 0),
                ]
            ),
            "#07080f",
            opacity=0.8,
            blur=7,
        )
        seat.line(
            smooth([(x + 4, 0), (x + 26, 700), (x + 12, 1300), (x - 12, 1920)], closed=False), 3, "#4b5170", opacity=0.6
        )
    seat.glow(540, 800, 820, "#c98a4a", 0.42)
    letter = _envelope(seat)
    letter.turn(9, 540, 800)
    seat.put(letter.shadow(16, 34, blur=26, opacity=0.75))
    seat.put(letter)
    for x, y, size in ((250, 640, 15), (330, 1010, 10), (800, 650, 12), (720, 1040, 17), (860, 930, 9), (460, 610, 8)):
        seat.oval(x + 3, y + 5, size, size * 0.9, "#7c6744", opacity=0.5, blur=2)
        seat.oval(x, y, size, size * 0.9, "#fffaf0", to="#cdbfa0", opacity=0.55)
        seat.oval(x - size * 0.3, y - size * 0.3, size * 0.25, size * 0.25, "#ffffff")
    seat.vignette(0.75)
    seat.grain(seed=11)
    return seat


def _envelope(like: Canvas) -> Canvas:
    letter = like.like()
    letter.rect(150, 530, 780, 540, PAPER, to="#e3cfa4")
    letter.fill(outline("150,530 540,800 930,530 930,540 540,816 150,540"), PAPER_SHADE, opacity=0.35, blur=4)
    letter.rect(160, 540, 760, 520, PAPER, to="#e7d5ad", opacity=0.75)
    letter.text(540, 770, "Eleanora Whitlock", 74, INK, slant=0.32)
    letter.line([(300, 822), (470, 818), (780, 824)], 3, INK, opacity=0.7)
    letter.text(540, 872, "Whitlock House, Port Calder", 40, INK, slant=0.32, opacity=0.85)
    letter.text(366, 990, "By hand. Before midnight.", 30, "#8f2431", slant=0.32)
    letter.rect(770, 560, 130, 156, "#8f2431")
    letter.rect(780, 570, 110, 136, "#b8414c", to="#7c1c2a")
    half_moon(letter, 836, 632, 44)
    for radius in (66, 56):
        letter.fill(
            [*ring(744, 660, radius, radius), *reversed(ring(744, 660, radius - 4, radius - 4))], INK, opacity=0.35
        )
    for y in (640, 660, 680):
        letter.line(smooth([(560, y), (610, y - 7), (660, y + 7), (700, y)], closed=False), 4, INK, opacity=0.3)
    return letter


def _reaching_hand(scale: float) -> Canvas:
    hand = Canvas(1480, 1920, scale)
    palm: list[Point] = outline(
        "1480,1950! 1280,1750 1120,1560 980,1440 900,1330 800,1240 690,1150 640,1120 634,1150 "
        "700,1215 800,1310 760,1290 640,1205 560,1160 548,1190 640,1260 760,1360 660,1310 "
        "570,1262 556,1290 650,1352 760,1440 690,1410 630,1385 620,1412 730,1480 850,1580 "
        "960,1700 1030,1920! 1480,1990!"
    )
    hand.fill(smooth(palm), "#04040a", opacity=0.62, blur=16)
    return hand


def half_moon(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Paint the golden half moon that runs through the story."""
    moon: list[Point] = outline("0,-1! 0.62,-0.72 0.9,0 0.62,0.72 0,1! 0.36,0.5 0.46,0 0.36,-0.5")
    canvas.fill(smooth(placed(moon, x - 0.45 * size, y, size)), "#ffe6a3", to="#b9812f")


def photograph(scale: float) -> list[Layer]:
    """Inside the letter: a grandmother's hand, and a picture of Nora at four."""
    return [Layer(_letter_with_photograph(scale * SHARP), growth=2)]


def _letter_with_photograph(scale: float) -> Canvas:
    desk = Canvas(1080, 1920, scale)
    desk.cover((0, "#2a1712"), (0.5, "#4c2a1c"), (1, "#150a08"))
    for y in range(0, 1920, 64):
        desk.line(
            smooth([(0, y), (300, y + 16), (700, y - 10), (1080, y + 12)], closed=False), 3, "#1a0d09", opacity=0.6
        )
    desk.glow(560, 760, 900, "#ffb45e", 0.5)
    page = desk.like()
    page.fill(outline("120,330 940,300 970,1480 140,1500"), "#f6ead0", to="#dcc59a")
    page.line([(128, 880), (956, 862)], 3, "#bfa776", opacity=0.7)
    for row, words in enumerate(
        ("My Eleanora,", "they told me that the sea", "had taken you.", "I never believed them.")
    ):
        page.text(470 if row else 330, 420 + row * 74, words, 52 if row else 60, INK, slant=0.32)
    page.text(610, 1390, "Come home.  M.W.", 60, "#8f2431", slant=0.32)
    page.turn(-3, 540, 900)
    desk.put(page.shadow(12, 26, blur=22, opacity=0.7))
    desk.put(page)
    photo = _photo(desk)
    photo.turn(7, 560, 1010)
    desk.put(photo.shadow(14, 26, blur=18, opacity=0.7))
    desk.put(photo)
    desk.vignette(0.7)
    desk.grain(seed=15)
    return desk


def _photo(like: Canvas) -> Canvas:
    photo = like.like()
    photo.fill(
        outline("330,740 800,740 800,1240 760,1268 715,1246 660,1278 600,1250 540,1282 470,1256 400,1276 330,1250"),
        "#fbf5e6",
        to="#e4d8bd",
    )
    photo.rect(356, 766, 418, 420, "#9fb7bd", to="#e2c9a0")
    photo.fill(
        smooth(outline("356,1040! 480,1010 640,1030 774,1000! 774,1186! 356,1186!")),
        "#7d8f6a",
        to="#55694e",
    )
    grandmother = placed(
        outline("0,-0.86 0.1,-0.8 0.14,-0.5 0.17,0! -0.17,0! -0.14,-0.5 -0.1,-0.8"),
        490,
        1180,
        330,
    )
    photo.fill(smooth(grandmother), "#4c5f86", to="#33436a")
    photo.oval(490, 880, 38, 44, "#e6bf9f")
    photo.fill(
        smooth(outline("448,884 452,840 490,822 528,840 532,884 516,858 490,850 464,858")),
        "#d9d6da",
    )
    photo.oval(490, 824, 20, 18, "#d9d6da")
    child = placed(outline("0,-0.8 0.14,-0.7 0.24,0! -0.24,0! -0.14,-0.7"), 640, 1182, 200)
    photo.fill(smooth(child), "#c42737", to="#8f1a29")
    photo.line([(600, 1068), (560, 1090), (534, 1080)], 14, "#c42737")
    photo.oval(640, 1000, 38, 42, "#efc6a2")
    photo.fill(
        smooth(
            outline(
                "600,1040 596,990 612,960 640,950 668,960 684,990 680,1040 668,1000 664,982 640,974 616,982 612,1000"
            )
        ),
        "#2a1c20",
    )
    photo.oval(627, 1003, 4, 5, "#2a1c20")
    photo.oval(653, 1003, 4, 5, "#2a1c20")
    photo.line(smooth([(630, 1020), (640, 1025), (650, 1020)], closed=False), 3, "#8f3a35")
    half_moon(photo, 640, 1080, 17)
    photo.text(560, 1222, "Eleanora, 4", 32, INK, slant=0.32)
    return photo


def contract(scale: float) -> list[Layer]:
    """A deed on the desk: a million for her silence, and a pen."""
    return [
        Layer(_deed(scale * SHARP), growth=2),
        Layer(_pen(scale), x=320, y=320, dx=-2, dy=-2),
    ]


def _deed(scale: float) -> Canvas:
    desk = Canvas(1080, 1920, scale)
    desk.cover((0, "#0d1119"), (0.5, "#1c2230"), (1, "#07080d"))
    desk.glow(420, 640, 1000, "#ffbf73", 0.55)
    paper = desk.like()
    paper.rect(170, 260, 740, 1120, "#f7f2e6", to="#d9d0bd")
    paper.text(540, 370, "DEED OF SILENCE", 58, INK, spacing=7)
    paper.rect(400, 424, 280, 3, "#8f2431")
    for row in range(9):
        width = (600, 580, 610, 340)[row % 4]
        paper.rect(240, 486 + row * 40 + 26 * (row // 4), width, 9, "#8b8798", opacity=0.55)
    paper.text(540, 962, "1,000,000", 96, "#8f2431", spacing=6)
    paper.text(540, 1040, "in exchange for one name", 36, INK, slant=0.3)
    paper.line([(280, 1240), (800, 1240)], 3, INK)
    paper.text(262, 1216, "x", 46, "#8f2431")
    paper.text(540, 1276, "Nora Bell, courier", 28, INK, opacity=0.7)
    half_moon(paper, 818, 1318, 26)
    paper.turn(-5, 540, 820)
    desk.put(paper.shadow(18, 34, blur=26, opacity=0.8))
    desk.put(paper)
    desk.oval(930, 1560, 150, 150, "#d7d8de", to="#7f8494")
    desk.oval(930, 1552, 118, 118, "#2a160e", to="#4a2817")
    desk.glow(905, 1530, 90, "#ffcf96", 0.25)
    desk.vignette(0.75)
    desk.grain(seed=21)
    return desk


def _pen(scale: float) -> Canvas:
    pen = Canvas(1400, 1920, scale)
    pen.fill(outline("560,1240 586,1190 610,1196 604,1222"), "#f1d28a", to="#b98a3e")
    pen.fill(outline("584,1190 880,700 936,734 612,1200"), "#15161f", to="#2c2f42")
    pen.fill(outline("664,1060 682,1030 736,1064 716,1092"), "#e7c67f")
    pen.line([(640, 1122), (884, 724)], 5, "#6d7390")
    whole = pen.shadow(30, 46, blur=16, opacity=0.6)
    whole.put(pen)
    return whole
