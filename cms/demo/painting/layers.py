"""How the painted pieces of a scene move: each is a layer that drifts, grows or falls at its own pace."""

from dataclasses import dataclass

from cms.demo.painting.brush import Canvas


@dataclass(frozen=True)
class Layer:
    """A painted piece over the 1080 x 1920 frame.

    ``x``, ``y`` place its upper left corner at the first frame. ``dx``, ``dy`` move it by so many units with every
    frame: whole numbers for the layer at the back and even ones for those above it, so that it glides. ``growth``
    widens a picture of the frame's width by so many units with every frame, around the middle of the frame.
    ``period`` makes it start over after that many units, as rain does. ``fade`` names the seconds at which it has
    faded in and begins to fade out again.
    """

    canvas: Canvas
    x: int = 0
    y: int = 0
    dx: int = 0
    dy: int = 0
    growth: int = 0
    period: int = 0
    fade: tuple[float, float] | None = None
