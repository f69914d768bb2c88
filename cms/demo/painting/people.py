"""People of the sample film: heads in profile and one face from the front, as flat shapes with soft light.

Outlines are in head heights: (0, 0) is the middle of the head, which is one unit tall and looks to the right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cms.demo.painting.brush import Canvas, Point, outline, placed, smooth

HER_FACE: list[Point] = outline(
    "0.02,-0.5 0.2,-0.44 0.315,-0.3 0.345,-0.17 0.342,-0.085 0.325,-0.035 0.345,0.02 "
    "0.395,0.095 0.437,0.15 0.425,0.185 0.372,0.205 0.362,0.232 0.392,0.262 0.388,0.285 "
    "0.35,0.302! 0.383,0.322 0.38,0.352 0.34,0.378 0.345,0.42 0.325,0.475 0.265,0.505 "
    "0.19,0.485 0.06,0.41 -0.02,0.44 -0.02,0.62 0.03,0.86 0.1,1.3 -0.5,1.3 -0.38,0.8 "
    "-0.33,0.55 -0.34,0.3 -0.43,0.05 -0.44,-0.2 -0.3,-0.43"
)
HIS_FACE: list[Point] = outline(
    "0.02,-0.5 0.22,-0.45 0.33,-0.32 0.352,-0.2 0.368,-0.125 0.345,-0.055 0.355,-0.01 "
    "0.415,0.1 0.455,0.165 0.44,0.195 0.382,0.212 0.375,0.245 0.392,0.272 0.388,0.292 "
    "0.358,0.308! 0.385,0.325 0.38,0.352 0.35,0.378 0.375,0.43 0.365,0.5 0.3,0.535 "
    "0.2,0.515 0.04,0.42 0,0.46 0.03,0.62 0.06,0.84 0.1,1.3 -0.6,1.3 -0.45,0.82 -0.4,0.52 "
    "-0.4,0.28 -0.45,0.05 -0.45,-0.2 -0.3,-0.43"
)
HER_SHOULDERS: list[Point] = outline(
    "-0.3,0.66 -0.46,0.8 -0.86,0.98 -1.05,1.35 -1.15,2.2 -1.2,4 0.9,4 0.72,2.4 0.6,1.75 "
    "0.46,1.3 0.26,1.02 0.1,0.86 0.02,0.72"
)
HIS_SHOULDERS: list[Point] = outline(
    "-0.38,0.56 -0.52,0.74 -1.02,0.94 -1.24,1.35 -1.35,2.2 -1.4,4 1,4 0.8,2.4 0.66,1.75 "
    "0.5,1.28 0.3,1 0.16,0.86 0.07,0.7"
)
HAIR: dict[str, list[Point]] = {
    "loose": outline(
        "0.285,-0.36 0.2,-0.52 0,-0.6 -0.28,-0.55 -0.5,-0.34 -0.56,0 -0.53,0.35 -0.6,0.7 "
        "-0.74,1.05 -0.86,1.42! -0.72,1.34 -0.66,1.62! -0.52,1.44 -0.42,1.7! -0.3,1.42 "
        "-0.2,1.58! -0.11,1.2 -0.1,0.8 -0.13,0.45 -0.06,0.25 0,0.05 0.03,-0.1 0.13,-0.22 "
        "0.23,-0.29"
    ),
    "swept": outline(
        "0.3,-0.34 0.24,-0.5 0.04,-0.6 -0.24,-0.57 -0.46,-0.38 -0.5,-0.12 -0.44,0.14 "
        "-0.34,0.34 -0.27,0.37 -0.2,0.22 -0.11,0.12 -0.06,0.02 -0.03,-0.1 0.06,-0.2 0.2,-0.27"
    ),
    "short": outline(
        "0.335,-0.3 0.37,-0.44 0.28,-0.56 0.06,-0.61 -0.24,-0.58 -0.47,-0.38 -0.5,-0.1 "
        "-0.455,0.14 -0.4,0.33 -0.34,0.3 -0.24,0.2 -0.15,0.02 -0.1,-0.04 -0.07,0.13 -0.04,0.15 "
        "-0.01,-0.06 0.08,-0.2 0.22,-0.26"
    ),
}
STRANDS: dict[str, list[list[Point]]] = {
    "loose": [
        outline("0.22,-0.4 -0.06,-0.4 -0.26,-0.1 -0.3,0.4 -0.44,1 -0.6,1.5"),
        outline("0.2,-0.45 -0.14,-0.47 -0.38,-0.12 -0.42,0.4 -0.58,1 -0.74,1.32"),
        outline("0.22,-0.36 0.02,-0.33 -0.15,-0.08 -0.22,0.4 -0.3,1 -0.4,1.58"),
        outline("0.24,-0.33 0.1,-0.28 -0.05,-0.04 -0.16,0.4 -0.2,1 -0.24,1.42"),
    ],
    "swept": [
        outline("0.26,-0.37 0.02,-0.4 -0.2,-0.22 -0.42,-0.02"),
        outline("0.24,-0.43 -0.04,-0.49 -0.3,-0.34 -0.46,-0.08"),
        outline("0.24,-0.32 0.06,-0.3 -0.12,-0.1 -0.34,0.1"),
        outline("0.04,-0.17 -0.06,-0.02 -0.2,0.13 -0.32,0.24"),
    ],
    "short": [
        outline("0.32,-0.36 0.16,-0.44 -0.1,-0.44 -0.32,-0.3"),
        outline("0.32,-0.42 0.18,-0.51 -0.08,-0.53 -0.34,-0.4"),
        outline("0.28,-0.31 0.12,-0.35 -0.1,-0.32 -0.28,-0.16"),
    ],
}


@dataclass(frozen=True)
class Person:
    """How somebody is drawn: colors of skin, hair and clothes, and the cut of the hair."""

    skin: str
    skin_shadow: str
    hair: str
    strand: str
    brow: str
    cloth: str
    cloth_shadow: str
    lips: str
    cut: str  # a key of HAIR
    dressed_up: bool = False  # a bun and pearls

    @property
    def is_man(self) -> bool:
        return self.cut == "short"


NORA = Person("#e8b48d", "#8d4f4f", "#1f1720", "#5b4150", "#241a24", "#b3202f", "#4e0d1d", "#a8453f", "loose")
CELESTE = Person(
    "#f0c8a4", "#9a6458", "#b98a4e", "#f0d394", "#7d5630", "#0f5a4c", "#05251f", "#8f1d35", "swept", dressed_up=True
)
ADRIAN = Person("#d9a27b", "#774539", "#1b1a22", "#474458", "#1b1a22", "#222b42", "#0b0e18", "#94564a", "short")
MARGARET = Person("#ecc9b0", "#9b7166", "#c9c8d2", "#ffffff", "#a9a8b2", "#8fb0b5", "#31525c", "#b07068", "swept")


class Profile:
    """A head and shoulders seen from the side, being painted on a canvas of its own."""

    def __init__(self, who: Person, on: Canvas, x: float, y: float, size: float, *, mirrored: bool = False) -> None:
        self.who, self.size = who, size
        self.canvas = on.like()
        self._x, self._y, self._mirrored = x, y, mirrored

    def paint(self) -> Canvas:
        """Return the finished figure."""
        self._hair_behind()
        self._skin()
        self._eye()
        self._clothes()
        if self.who.cut != "loose":
            self._ear()
        self._fill(HAIR[self.who.cut], self.who.hair)
        for strand in STRANDS[self.who.cut]:
            self._line(strand, 0.007, self.who.strand, opacity=0.55)
        return self.canvas

    def _hair_behind(self) -> None:
        if self.who.cut == "loose":
            self._fill(HAIR["loose"], self.who.hair)
        if self.who.dressed_up:
            x, y = self._at((-0.53, 0.0))
            self.canvas.oval(x, y, 0.20 * self.size, 0.23 * self.size, self.who.hair, to=self.who.brow)
            self._line([(-0.62, -0.13), (-0.46, -0.06), (-0.42, 0.08)], 0.008, self.who.strand, opacity=0.5)
            self._line([(-0.68, -0.02), (-0.56, 0.05), (-0.50, 0.17)], 0.008, self.who.strand, opacity=0.4)

    def _skin(self) -> None:
        who = self.who
        self._fill(HIS_FACE if who.is_man else HER_FACE, who.skin)
        under_the_jaw = outline("0.3,0.5 0.06,0.38 -0.1,0.3 -0.5,0.4 -0.5,1.3 0.1,1.3 -0.02,0.7 0.02,0.52")
        behind_the_cheek = outline("-0.05,-0.6 0.1,-0.2 0,0.2 0.06,0.42 -0.6,0.5 -0.6,-0.6")
        self._shade(under_the_jaw, who.skin_shadow, 0.85, 0.012)
        self._shade(behind_the_cheek, who.skin_shadow, 0.5, 0.07)
        self._shade(outline("0.4,0.19 0.37,0.175 0.33,0.2 0.345,0.235 0.37,0.23"), who.skin_shadow, 0.5, 0.008)
        if not who.is_man:
            self._shade(outline("0.32,0.16 0.2,0.09 0.09,0.17 0.2,0.26"), "#d0564e", 0.38, 0.035)
        mouth = outline("0.4,0.25 0.365,0.247 0.295,0.3 0.345,0.345 0.39,0.345 0.4,0.31")
        self._shade(mouth, who.lips, 0.4 if who.is_man else 0.9, 0.003)
        self._line([(0.352, 0.302), (0.32, 0.303), (0.288, 0.311)], 0.009, "#4a1a22", opacity=0.8)

    def _eye(self) -> None:
        who = self.who
        self._shade(
            outline("0.31,-0.09 0.24,-0.13 0.14,-0.09 0.15,0 0.24,0.03 0.31,0"),
            who.skin_shadow,
            0.45,
            0.02,
        )
        self._fill(outline("0.298,-0.045 0.25,-0.07 0.2,-0.034 0.25,-0.012 0.292,-0.016"), "#f6ece2")
        self.canvas.oval(*self._at((0.274, -0.040)), 0.018 * self.size, 0.029 * self.size, "#2a1c1a")
        self._line(outline("0.312,-0.048 0.268,-0.078 0.215,-0.058 0.178,-0.02"), 0.015, who.brow)
        raised = 0.022 if who.is_man else 0.0
        self._line(
            [(0.326, -0.128), (0.275, -0.158 + raised / 3), (0.205, -0.158), (0.135, -0.120)],
            0.017 + raised / 3,
            who.brow,
        )

    def _ear(self) -> None:
        ear = outline("-0.105,0 -0.06,-0.055 -0.005,-0.03 -0.015,0.05 -0.05,0.115 -0.085,0.1")
        self._fill(ear, self.who.skin)
        self._shade(outline("-0.09,0.02 -0.055,-0.03 -0.02,-0.01 -0.045,0.06"), self.who.skin_shadow, 0.6, 0.008)

    def _clothes(self) -> None:
        who = self.who
        self._fill(HIS_SHOULDERS if who.is_man else HER_SHOULDERS, who.cloth, to=who.cloth_shadow)
        if who.is_man:
            self._fill(
                outline("0.09,0.64! -0.1,0.6 -0.36,0.58 -0.38,0.66 -0.1,0.8 0.12,0.95! 0.16,0.8"),
                "#d9d7d6",
                to="#848a9c",
            )
            self._fill(
                outline("-0.36,0.62! -0.12,0.9 0.22,1.12! 0.1,1.34 -0.2,1.16 -0.42,0.9"),
                "#2c3753",
                to="#171e31",
            )
            self._fill(outline("0.17,0.97! 0.24,1.04 0.4,1.5! 0.3,1.44"), "#7c1f2b")
        elif who.cut == "loose":
            self._fill(
                outline("0.06,0.66! 0.17,0.8 0.22,1.05 0.1,1.24! -0.1,1 -0.34,0.86 -0.36,0.62! -0.12,0.78"),
                "#c93443",
                to="#7c1424",
            )
        if who.dressed_up:
            for bead in range(9):
                turn = bead / 8
                px, py = self._at((-0.34 + 0.42 * turn, 0.62 + 0.30 * turn**1.6))
                self.canvas.oval(px, py, 0.024 * self.size, 0.024 * self.size, "#fff3e2", to="#c9b193")

    def _at(self, point: Point) -> Point:
        return self._placed([point])[0]

    def _placed(self, points: Sequence[Point]) -> list[Point]:
        return placed(points, self._x, self._y, self.size, mirrored=self._mirrored)

    def _fill(self, points: Sequence[Point], color: str, *, to: str | None = None) -> None:
        self.canvas.fill(smooth(self._placed(points)), color, to=to)

    def _shade(self, points: Sequence[Point], color: str, opacity: float, blur: float) -> None:
        self.canvas.shade_inside(smooth(self._placed(points)), color, opacity=opacity, blur=blur * self.size)

    def _line(self, points: Sequence[Point], width: float, color: str, *, opacity: float = 1.0) -> None:
        self.canvas.line(smooth(self._placed(points), closed=False), width * self.size, color, opacity=opacity)


def facing(who: Person, scale: float, x: float, y: float, size: float, *, light: str, mirrored: bool = False) -> Canvas:
    """Paint somebody in profile on a wide canvas of their own, with a rim of ``light`` from the front."""
    canvas = Profile(who, Canvas(1600, 1920, scale), x, y, size, mirrored=mirrored).paint()
    canvas.edge_light(-9 if mirrored else 9, -4, light, opacity=0.9, blur=3)
    canvas.grain(seed=7)
    return canvas


# One half of a face from the front, forehead to chin; the other half is its mirror image.
HALF_FACE: list[Point] = outline(
    "0,-0.5 0.16,-0.48 0.29,-0.36 0.345,-0.18 0.345,0.02 0.32,0.18 0.26,0.32 0.16,0.44 0.07,0.495 0,0.505"
)


class Face:
    """Nora from the front: half of her face in the light, a tear on her cheek."""

    def __init__(self, who: Person, on: Canvas, x: float, y: float, size: float) -> None:
        self.who, self.size = who, size
        self.canvas = on.like()
        self._x, self._y = x, y

    def paint(self, *, tear: bool = True) -> Canvas:
        """Return the finished figure."""
        self._body()
        self._skin()
        self._nose_and_mouth()
        for side in (-1, 1):
            self._eye(side)
        if tear:
            self._tear()
        self._hair_in_front()
        return self._behind_it()

    def _behind_it(self) -> Canvas:
        half: list[Point] = outline("0,-0.66 0.3,-0.6 0.47,-0.36 0.5,0 0.52,0.4 0.62,0.8 0.66,1.3 0.6,1.9 0,1.9")
        whole = self.canvas.like()
        whole.fill(placed(smooth(_both_sides(half)), self._x, self._y, self.size), self.who.hair)
        whole.put(self.canvas)
        return whole

    def _body(self) -> None:
        who = self.who
        self._fill(
            _both_sides(outline("0,0.2 0.17,0.25 0.17,0.62 0.24,0.8 0.5,0.95 0.4,1.6 0,1.6")),
            who.skin,
        )
        self._shade(
            _both_sides(outline("0,0.36 0.24,0.34 0.25,0.5 0.12,0.66 0,0.7")),
            who.skin_shadow,
            0.85,
            0.02,
        )
        self._line(outline("-0.17,0.84 -0.08,1.02 0,1.1 0.08,1.02 0.17,0.84"), 0.008, "#e7c06a")
        coat: list[Point] = outline(
            "0.1,1.22! 0.19,0.92 0.24,0.72! 0.34,0.78 0.7,0.9 1.02,1.12 1.16,1.6 1.2,3 0,3 0,1.6"
        )
        self._fill(_both_sides(coat), who.cloth, to=who.cloth_shadow)
        for side in (-1, 1):
            lapel: list[Point] = outline("0.24,0.7! 0.44,0.84 0.42,1.16 0.1,1.56 0.02,1.56! 0.12,1.16")
            self._fill(
                placed(lapel, 0, 0, 1, mirrored=side < 0), "#cf3a49" if side > 0 else "#7d1525", to=who.cloth_shadow
            )
        self.half_moon(0.0, 1.15, 0.075)

    def half_moon(self, x: float, y: float, size: float) -> None:
        """Hang the locket that gives the heiress away."""
        moon: list[Point] = outline("0,-1! 0.62,-0.72 0.9,0 0.62,0.72 0,1! 0.36,0.5 0.46,0 0.36,-0.5")
        self._fill(placed(moon, x - 0.4 * size, y, size), "#ffe6a3", to="#b9812f")

    def _skin(self) -> None:
        who = self.who
        self._fill(_both_sides(HALF_FACE), who.skin)
        face = self.canvas
        self._shade(
            outline("-0.6,-0.6 -0.03,-0.6 -0.035,-0.1 -0.05,0.1 -0.005,0.2 -0.045,0.24 -0.02,0.52 -0.1,0.7 -0.6,0.7"),
            who.skin_shadow,
            0.62,
            0.012,
        )
        for side in (-1, 1):
            x, y = self._at((0.20 * side, 0.14))
            face.shade_inside(
                smooth(placed(outline("1,0 0,0.7 -1,0 0,-0.7"), x, y, 0.10 * self.size)),
                "#d0564e",
                opacity=0.30,
                blur=0.035 * self.size,
            )

    def _nose_and_mouth(self) -> None:
        who = self.who
        self._shade(
            outline("-0.035,-0.06 0,0.12 0.04,0.185 0,0.215 -0.06,0.2 -0.07,0.16 -0.04,0.06"),
            who.skin_shadow,
            0.55,
            0.010,
        )
        self._line([(-0.055, 0.196), (-0.035, 0.206), (-0.02, 0.200)], 0.008, "#5a2a2c", opacity=0.8)
        self._line([(0.02, 0.200), (0.035, 0.206), (0.052, 0.194)], 0.008, "#5a2a2c", opacity=0.7)
        upper: list[Point] = outline(
            "-0.115,0.305 -0.05,0.272 -0.016,0.266 0,0.274 0.016,0.266 0.05,0.272 0.115,0.305 0,0.312"
        )
        lower: list[Point] = outline("-0.115,0.305 0,0.31 0.115,0.305 0.06,0.35 0,0.362 -0.06,0.35")
        self._fill(upper, "#93343a")
        self._fill(lower, "#b8504e")
        self._line(outline("-0.118,0.304 -0.05,0.306 0,0.312 0.05,0.306 0.118,0.304"), 0.009, "#4a1420")
        self._shade(outline("0.01,0.325 0.05,0.325 0.04,0.34 0.015,0.342"), "#ffd0c4", 0.5, 0.006)
        self._shade(outline("-0.06,0.385 0.06,0.385 0.03,0.41 -0.03,0.41"), who.skin_shadow, 0.4, 0.012)

    def _eye(self, side: int) -> None:
        def here(points: Sequence[Point]) -> list[Point]:
            return placed(points, 0.155 * side, 0.0, 1, mirrored=side < 0)

        self._shade(
            here(outline("-0.1,-0.07 0,-0.085 0.1,-0.06 0.11,0 0,0.05 -0.09,0.02")),
            self.who.skin_shadow,
            0.45,
            0.025,
        )
        lens = here(
            outline("-0.085,0.018! -0.045,-0.028 0.01,-0.042 0.06,-0.026 0.092,0! 0.05,0.028 0,0.036 -0.05,0.03")
        )
        self._fill(lens, "#f7eee6" if side > 0 else "#c9b4b0")
        x, y = self._at((0.155 * side + 0.002, -0.004))
        self.canvas.oval(x, y, 0.036 * self.size, 0.037 * self.size, "#6b3d22", to="#3a2115")
        self.canvas.oval(x, y, 0.017 * self.size, 0.018 * self.size, "#120b0c")
        self.canvas.oval(x + 0.013 * self.size, y - 0.014 * self.size, 0.009 * self.size, 0.009 * self.size, "#ffffff")
        self._line(here(outline("-0.088,0.018 -0.045,-0.031 0.01,-0.046 0.06,-0.03 0.108,-0.012")), 0.016, "#1a1014")
        self._line(here([(-0.06, -0.062), (0.01, -0.078), (0.07, -0.058)]), 0.006, self.who.skin_shadow, opacity=0.9)
        brow = here(outline("-0.105,-0.098! -0.02,-0.135 0.06,-0.142 0.135,-0.1! 0.06,-0.122 -0.02,-0.112 -0.1,-0.078"))
        self._fill(brow, self.who.brow)

    def _tear(self) -> None:
        self._line([(0.165, 0.045), (0.172, 0.13), (0.168, 0.20)], 0.010, "#ffffff", opacity=0.45)
        drop: list[Point] = outline("0,-1.1! 0.5,0 0.35,0.6 0,0.8 -0.35,0.6 -0.5,0")
        self._fill(placed(drop, 0.167, 0.225, 0.026), "#eaf6ff", to="#9ec9ea")

    def _hair_in_front(self) -> None:
        half: list[Point] = outline(
            "0,-0.47! 0.1,-0.4 0.24,-0.3 0.325,-0.1 0.345,0.12 0.33,0.34 0.37,0.6 0.44,0.9 "
            "0.42,1.3 0.36,1.62! 0.48,1.4 0.56,1.66! 0.64,1.2 0.6,0.7 0.52,0.35 0.5,0 0.47,-0.36 "
            "0.3,-0.6 0.12,-0.655 0,-0.66!"
        )
        for side in (-1, 1):
            self._fill(placed(half, 0, 0, 1, mirrored=side < 0), self.who.hair)
            for lift in (0.0, 0.05, 0.10):
                strand: list[Point] = [
                    (0.02, -0.54 - lift),
                    (0.20, -0.47 - lift),
                    (0.36 + lift, -0.22),
                    (0.40 + lift, 0.2),
                    (0.43 + lift, 0.7),
                    (0.46 + lift, 1.2),
                ]
                self._line(placed(strand, 0, 0, 1, mirrored=side < 0), 0.007, self.who.strand, opacity=0.6)

    def _at(self, point: Point) -> Point:
        return placed([point], self._x, self._y, self.size)[0]

    def _fill(self, points: Sequence[Point], color: str, *, to: str | None = None) -> None:
        self.canvas.fill(placed(smooth(points), self._x, self._y, self.size), color, to=to)

    def _shade(self, points: Sequence[Point], color: str, opacity: float, blur: float) -> None:
        shape = placed(smooth(points), self._x, self._y, self.size)
        self.canvas.shade_inside(shape, color, opacity=opacity, blur=blur * self.size)

    def _line(self, points: Sequence[Point], width: float, color: str, *, opacity: float = 1.0) -> None:
        path = placed(smooth(points, closed=False), self._x, self._y, self.size)
        self.canvas.line(path, width * self.size, color, opacity=opacity)


def _both_sides(half: Sequence[Point]) -> list[Point]:
    """Complete an outline that runs from the top of the middle line to its bottom."""
    return [*half, *((-x, y) for x, y in reversed(half) if x)]
