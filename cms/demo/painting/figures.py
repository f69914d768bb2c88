"""Whole people of the sample film, small in the picture. One unit is the height of the person; (0, 0) is the feet."""

from collections.abc import Sequence

from cms.demo.painting.brush import Canvas, Point, outline, placed, smooth

COAT: list[Point] = outline(
    "0,-0.86 0.045,-0.845 0.1,-0.8 0.115,-0.7 0.13,-0.5 0.115,-0.44 0.165,-0.2! 0,-0.185 "
    "-0.165,-0.2! -0.115,-0.44 -0.13,-0.5 -0.115,-0.7 -0.1,-0.8 -0.045,-0.845"
)
LONG_HAIR: list[Point] = outline(
    "0,-1 0.045,-0.985 0.062,-0.93 0.062,-0.85 0.075,-0.74 0.06,-0.66 0.03,-0.685 0,-0.65 "
    "-0.03,-0.685 -0.06,-0.66 -0.075,-0.74 -0.062,-0.85 -0.062,-0.93 -0.045,-0.985"
)
GOWN: list[Point] = outline(
    "0.02,-0.845 0.075,-0.8 0.068,-0.68 0.048,-0.6 0.085,-0.48 0.12,-0.25 0.21,0! 0,0.03 "
    "-0.21,0! -0.12,-0.25 -0.085,-0.48 -0.048,-0.6 -0.068,-0.68 -0.075,-0.8 -0.02,-0.845"
)
SUIT: list[Point] = outline(
    "0.03,-0.86 0.12,-0.82 0.145,-0.74 0.155,-0.55 0.15,-0.46 0.11,-0.44 0.115,-0.4 0.1,0! "
    "0.02,0! 0.005,-0.38 -0.005,-0.38 -0.02,0! -0.1,0! -0.115,-0.4 -0.11,-0.44 -0.15,-0.46 "
    "-0.155,-0.55 -0.145,-0.74 -0.12,-0.82 -0.03,-0.86"
)
UMBRELLA: list[Point] = outline(
    "0,-1.27! 0.16,-1.235 0.28,-1.14 0.335,-1.01! 0.25,-1.035 0.165,-1.01! 0.08,-1.035 "
    "0,-1.01! -0.08,-1.035 -0.165,-1.01! -0.25,-1.035 -0.335,-1.01! -0.28,-1.14 "
    "-0.16,-1.235"
)


class Figure:
    """Somebody standing on ``x``, ``foot``, painted on a canvas of their own."""

    def __init__(self, on: Canvas, x: float, foot: float, height: float) -> None:
        self.canvas = on.like()
        self._x, self._foot, self._height = x, foot, height

    def courier(self, *, umbrella: bool = False) -> Canvas:
        """Nora from behind, in her red coat."""
        for side in (-1, 1):
            self._fill([(side * 0.015, -0.24), (side * 0.075, -0.24), (side * 0.062, 0), (side * 0.01, 0)], "#120d14")
        self._fill(COAT, "#b3202f", to="#5c0f1f")
        self._fill(outline("0,-0.55! 0.022,-0.19! -0.01,-0.19!"), "#3d0a15")
        self._fill(LONG_HAIR, "#1c151c")
        self._line([(-0.02, -0.96), (-0.035, -0.85), (-0.03, -0.72)], "#4f3a48")
        self._line([(0.015, -0.96), (0.028, -0.85), (0.035, -0.72)], "#4f3a48")
        if umbrella:
            self._line([(0.10, -0.62), (0.10, -1.0)], "#0c0a10", width=0.012)
            self.canvas.fill(smooth(self._placed(UMBRELLA)), "#d12f3f", to="#7d1324")
            for rib in (-0.165, 0.0, 0.165):
                self._line([(0, -1.27), (rib * 0.7, -1.14), (rib, -1.01)], "#8f1728", width=0.006)
        return self.canvas

    def lady(self) -> Canvas:
        """Celeste from the front, in her emerald gown."""
        self._fill(outline("0.02,-0.9 0.02,-0.82 0.07,-0.79 -0.07,-0.79 -0.02,-0.82 -0.02,-0.9"), "#d9a987")
        self._fill(GOWN, "#15806b", to="#04221c")
        self._fill(outline("0,-0.58! 0.05,0.02! -0.03,0.02!"), "#0a4238")
        for side in (-1, 1):
            arm: list[Point] = outline("0.068,-0.8 0.1,-0.7 0.115,-0.56 0.09,-0.44 0.075,-0.45 0.088,-0.56 0.066,-0.68")
            self._fill(placed(arm, 0, 0, 1, mirrored=side < 0), "#e6bb98")
        self._fill(
            outline("0,-0.995 0.04,-0.98 0.047,-0.93 0.03,-0.88 0,-0.865 -0.03,-0.88 -0.047,-0.93 -0.04,-0.98"),
            "#eec7a5",
        )
        hair: list[Point] = outline(
            "0,-1 0.045,-0.985 0.055,-0.93 0.047,-0.9 0.035,-0.955 0,-0.97 -0.035,-0.955 "
            "-0.047,-0.9 -0.055,-0.93 -0.045,-0.985"
        )
        self._fill(hair, "#b98a4e")
        self._fill(outline("0,-1.045 0.03,-1.03 0.03,-0.995 0,-0.985 -0.03,-0.995 -0.03,-1.03"), "#b98a4e")
        return self.canvas

    def lawyer(self) -> Canvas:
        """Adrian from behind, hands in his pockets."""
        self._fill(SUIT, "#242d46", to="#0b0e18")
        self._line([(0, -0.82), (0, -0.48)], "#141a2b", width=0.006)
        self._fill(outline("0.025,-0.9 0.03,-0.85 -0.03,-0.85 -0.025,-0.9"), "#9c6a4e")
        self._fill(outline("0.026,-0.872 0.028,-0.855 -0.028,-0.855 -0.026,-0.872"), "#c9cad2")
        self._fill(
            outline("0,-1 0.04,-0.985 0.052,-0.94 0.04,-0.885 0,-0.875 -0.04,-0.885 -0.052,-0.94 -0.04,-0.985"),
            "#17161d",
        )
        return self.canvas

    def runner(self) -> Canvas:
        """Nora from behind, running: one heel up, her coat and hair flying."""
        self._fill(outline("-0.01,-0.3 -0.07,-0.3 -0.085,-0.16 -0.05,0 0,0 -0.02,-0.16"), "#120d14")
        self._fill(outline("0.01,-0.3 0.075,-0.3 0.085,-0.2 0.1,-0.1 0.06,-0.085 0.03,-0.18"), "#1d161f")
        coat: list[Point] = outline(
            "0,-0.86 0.05,-0.845 0.1,-0.8 0.15,-0.72 0.19,-0.63 0.16,-0.6 0.105,-0.66 0.1,-0.5 "
            "0.14,-0.36 0.24,-0.24! 0.09,-0.27 0,-0.25 -0.1,-0.27 -0.22,-0.21! -0.13,-0.38 "
            "-0.1,-0.5 -0.1,-0.64 -0.15,-0.54 -0.19,-0.5 -0.2,-0.54 -0.14,-0.7 -0.1,-0.8 "
            "-0.05,-0.845"
        )
        self._fill(coat, "#c42737", to="#5c0f1f")
        hair: list[Point] = outline(
            "0,-1 0.048,-0.98 0.06,-0.92 0.08,-0.84 0.15,-0.77! 0.08,-0.78 0.06,-0.72! 0.02,-0.77 "
            "-0.03,-0.73! -0.05,-0.8 -0.062,-0.92 -0.045,-0.985"
        )
        self._fill(hair, "#1c151c")
        return self.canvas

    def _placed(self, points: Sequence[Point]) -> list[Point]:
        return placed(points, self._x, self._foot, self._height)

    def _fill(self, points: Sequence[Point], color: str, *, to: str | None = None) -> None:
        self.canvas.fill(smooth(self._placed(points)), color, to=to)

    def _line(self, points: Sequence[Point], color: str, *, width: float = 0.008) -> None:
        self.canvas.line(smooth(self._placed(points), closed=False), width * self._height, color)
