"""A small brush on top of Pillow: soft shapes, light and grain for the sample film's stills.

Pictures are laid out in units of a 1080 x 1920 frame; ``scale`` says how many pixels one unit gets, so the same
scene can be painted small. Colors are hex strings. Everything random is drawn from a seed: the same call paints the
same picture.
"""

import math
import random
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]
Box = tuple[int, int, int, int]

_WIDE_BLUR_PX = 12
SHARPER = 2  # edges are drawn this many times larger and then reduced, which is what smooths them


def outline(path: str) -> list[Point]:
    """Read an outline written as "x,y x,y"; an exclamation mark makes the point a corner of a smooth curve.

    >>> outline("0,1 2.5,-3!")
    [(0.0, 1.0), (2.5, -3.0), (2.5, -3.0)]
    """
    points: list[Point] = []
    for word in path.split():
        x, y = word.rstrip("!").split(",")
        points.extend([(float(x), float(y))] * (2 if word.endswith("!") else 1))
    return points


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 10) -> list[Point]:
    """Return a curve through ``points`` (Catmull-Rom); a point given twice in a row makes a corner.

    >>> smooth([(0, 0), (4, 0)], closed=False, steps=2)
    [(0.0, 0.0), (2.0, 0.0), (4, 0)]
    """
    count = len(points)
    curve: list[Point] = []
    for start in range(count if closed else count - 1):
        before, here, there, after = (_point_at(points, start + offset, closed) for offset in (-1, 0, 1, 2))
        if here == there:
            continue
        curve.extend(_between(before, here, there, after, step / steps) for step in range(steps))
    return curve if closed else [*curve, points[-1]]


def _point_at(points: Sequence[Point], index: int, closed: bool) -> Point:
    return points[index % len(points)] if closed else points[min(max(index, 0), len(points) - 1)]


def _between(before: Point, here: Point, there: Point, after: Point, t: float) -> Point:
    x, y = (
        0.5
        * (
            2 * here[axis]
            + (there[axis] - before[axis]) * t
            + (2 * before[axis] - 5 * here[axis] + 4 * there[axis] - after[axis]) * t**2
            + (3 * here[axis] - 3 * there[axis] + after[axis] - before[axis]) * t**3
        )
        for axis in (0, 1)
    )
    return (float(x), float(y))


def placed(points: Iterable[Point], x: float, y: float, size: float, *, mirrored: bool = False) -> list[Point]:
    """Move a shape of unit size to ``x``, ``y`` at ``size``; ``mirrored`` makes it face the other way."""
    side = -size if mirrored else size
    return [(x + px * side, y + py * size) for px, py in points]


def ring(x: float, y: float, rx: float, ry: float, *, steps: int = 72) -> list[Point]:
    """Return the outline of an ellipse."""
    turns = (2 * math.pi * step / steps for step in range(steps))
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]


def softened(image: Image.Image, blur_px: float) -> Image.Image:
    """Blur a picture; a wide blur is taken of a smaller copy, where it costs a fraction and looks the same."""
    if blur_px < _WIDE_BLUR_PX:
        return image.filter(ImageFilter.GaussianBlur(blur_px))
    small = image.reduce(4)
    return small.filter(ImageFilter.GaussianBlur(blur_px / 4)).resize(image.size, Image.Resampling.BICUBIC)


def dice(seed: int) -> random.Random:
    """Return chance that falls the same way every time."""
    return random.Random(seed)  # noqa: S311 (a picture, not a secret)


class Canvas:
    """A picture under the brush: transparent until painted, ``width`` x ``height`` units."""

    def __init__(self, width: float, height: float, scale: float = 1.0) -> None:
        self.width, self.height, self.scale = width, height, scale
        self.image = Image.new("RGBA", (round(width * scale), round(height * scale)))

    def like(self) -> "Canvas":
        """Return an empty canvas of the same size, to paint a figure apart and lay it over later."""
        return Canvas(self.width, self.height, self.scale)

    # --- shapes

    def fill(
        self,
        points: Sequence[Point],
        color: str,
        *,
        to: str | None = None,
        opacity: float = 1.0,
        blur: float = 0.0,
    ) -> None:
        """Fill a shape with ``color``, running down to the color ``to``; ``blur`` softens its edge."""
        box = self._box_of(points, spread=3 * blur)
        if box is None:
            return
        mask = self._mask_of(points, box)
        if blur:
            mask = softened(mask, blur * self.scale)
        self._lay(color, to, mask, opacity, box)

    def cover(self, *stops: tuple[float, str]) -> None:
        """Cover everything with a gradient from top to bottom: (height from 0 to 1, color), in order."""
        for (above, color), (below, to) in zip(stops, stops[1:], strict=False):
            top, bottom = above * self.height, below * self.height
            self.fill([(0, top), (self.width, top), (self.width, bottom), (0, bottom)], color, to=to)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        color: str,
        *,
        to: str | None = None,
        opacity: float = 1.0,
    ) -> None:
        """Fill an upright rectangle."""
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self.fill(corners, color, to=to, opacity=opacity)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        color: str,
        *,
        to: str | None = None,
        opacity: float = 1.0,
        blur: float = 0.0,
    ) -> None:
        """Fill an ellipse around ``x``, ``y``."""
        self.fill(ring(x, y, rx, ry), color, to=to, opacity=opacity, blur=blur)

    def line(self, points: Sequence[Point], width: float, color: str, *, opacity: float = 1.0) -> None:
        """Draw a line with round ends."""
        box = self._box_of(points, spread=width)
        if box is None:
            return
        mask = Image.new("L", (SHARPER * (box[2] - box[0]), SHARPER * (box[3] - box[1])))
        path = self._on_mask(points, box)
        thick = max(1, round(width * self.scale * SHARPER))
        draw = ImageDraw.Draw(mask)
        draw.line(path, fill=255, width=thick, joint="curve")
        for x, y in (path[0], path[-1]):
            draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)
        self._lay(color, None, mask.reduce(SHARPER), opacity, box)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        color: str,
        *,
        spacing: float = 0.0,
        opacity: float = 1.0,
        slant: float = 0.0,
    ) -> None:
        """Write ``words`` (Latin script) centered on ``x``, ``y``; ``slant`` leans the letters like handwriting."""
        font = ImageFont.load_default(size * self.scale)
        gap = spacing * self.scale
        widths = [font.getlength(letter) + gap for letter in words]
        height = round(size * self.scale * 1.4)
        mask = Image.new("L", (round(sum(widths)) + 2 * height, height))
        pen = float(height)
        for letter, width in zip(words, widths, strict=True):
            ImageDraw.Draw(mask).text((pen, height / 2), letter, font=font, fill=255, anchor="lm")
            pen += width
        if slant:
            lean = (1, slant, -slant * height / 2, 0, 1, 0)
            mask = mask.transform(mask.size, Image.Transform.AFFINE, lean, Image.Resampling.BICUBIC)
        left = round(x * self.scale - (mask.width - gap) / 2)
        top = round(y * self.scale - height / 2)
        self._lay(color, None, mask, opacity, (left, top, left + mask.width, top + mask.height))

    # --- light

    def glow(self, x: float, y: float, radius: float, color: str, strength: float = 1.0) -> None:
        """Add light around a point, brightening what is there and fading to nothing at ``radius``."""
        box = self._box_of([(x, y)], spread=radius)
        if box:
            self._brighten(self._halo(x, y, radius, box), color, strength, box)

    def light(self, points: Sequence[Point], color: str, strength: float = 1.0, *, blur: float = 0.0) -> None:
        """Add light inside a shape; ``blur`` softens its edge."""
        box = self._box_of(points, spread=3 * blur)
        if box:
            self._brighten(softened(self._mask_of(points, box), blur * self.scale), color, strength, box)

    def edge_light(self, dx: float, dy: float, color: str, *, opacity: float = 1.0, blur: float = 2.0) -> None:
        """Light the edges of what was painted, as if from ``dx``, ``dy`` units away from the shapes."""
        alpha = self.image.getchannel("A")
        shifted = alpha.copy()  # not empty: the rim of the picture is no edge of a shape
        shifted.paste(alpha, (-round(dx * self.scale), -round(dy * self.scale)))
        edge = softened(ImageChops.subtract(alpha, shifted), blur * self.scale)
        self._lay(color, None, ImageChops.multiply(edge, alpha), opacity, (0, 0, *alpha.size))

    def shade_inside(self, points: Sequence[Point], color: str, *, opacity: float = 1.0, blur: float = 0.0) -> None:
        """Paint a shape only where something was painted before: shadows that stay on the figure."""
        box = self._box_of(points, spread=3 * blur)
        if box is None:
            return
        mask = self._mask_of(points, box)
        if blur:
            mask = softened(mask, blur * self.scale)
        inside = ImageChops.multiply(mask, self.image.getchannel("A").crop(box))
        self._lay(color, None, inside, opacity, box)

    # --- the whole picture

    def cut(self, points: Sequence[Point]) -> None:
        """Cut a hole, such as a window, through everything painted so far."""
        box = self._box_of(points, spread=0)
        if box is None:
            return
        rest = ImageChops.subtract(self.image.getchannel("A").crop(box), self._mask_of(points, box))
        alpha = self.image.getchannel("A")
        alpha.paste(rest, box)
        self.image.putalpha(alpha)

    def turn(self, degrees: float, x: float, y: float) -> None:
        """Turn what was painted counter-clockwise around ``x``, ``y``."""
        around = (x * self.scale, y * self.scale)
        self.image = self.image.rotate(degrees, Image.Resampling.BILINEAR, center=around)

    def shadow(self, dx: float, dy: float, *, blur: float, opacity: float) -> "Canvas":
        """Return the shadow that everything painted here throws ``dx``, ``dy`` units away."""
        dark = self.like()
        alpha = softened(self.image.getchannel("A"), blur * self.scale)
        shape = Image.new("RGBA", self.image.size)
        shape.putalpha(alpha.point([round(v * opacity) for v in range(256)]))
        dark.image.paste(shape, (round(dx * self.scale), round(dy * self.scale)))
        return dark

    def put(self, other: "Canvas", *, opacity: float = 1.0, blur: float = 0.0) -> None:
        """Lay another canvas of the same size over this one."""
        image = other.image
        if blur:
            image = softened(image, blur * self.scale)
        if opacity < 1:
            image = image.copy()
            image.putalpha(image.getchannel("A").point([round(v * opacity) for v in range(256)]))
        self.image.alpha_composite(image)

    def fade_below(self, start: float, end: float) -> None:
        """Let everything fade out from ``start`` down to nothing at ``end``."""
        top, bottom = round(start * self.scale), round(end * self.scale)
        fade = Image.new("L", self.image.size, 255)
        run = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        fade.paste(run.resize((fade.width, bottom - top)), (0, top))
        fade.paste(0, (0, bottom, fade.width, fade.height))
        self.image.putalpha(ImageChops.multiply(self.image.getchannel("A"), fade))

    def reflect(self, y: float, *, opacity: float, blur: float) -> None:
        """Mirror what stands above ``y`` into the wet ground below it."""
        line = round(y * self.scale)
        below = self.image.height - line
        mirror = self.image.crop((0, line - below, self.image.width, line)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        mirror = softened(mirror, blur * self.scale)
        fade = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize(mirror.size)
        mirror.putalpha(
            ImageChops.multiply(mirror.getchannel("A"), fade.point([round(v * opacity) for v in range(256)]))
        )
        self.image.alpha_composite(mirror, (0, line))

    def vignette(self, strength: float = 0.6) -> None:
        """Darken the corners."""
        mask = Image.radial_gradient("L").resize(self.image.size, Image.Resampling.BICUBIC)
        mask = mask.point([round(max(0, v - 110) / 145 * 255 * strength) for v in range(256)])
        self._lay("#05060c", None, mask, 1.0, (0, 0, *self.image.size))

    def grain(self, strength: float = 0.022, *, seed: int = 1) -> None:
        """Give the paint a tooth, like film or paper."""
        side = 512
        patch = Image.frombytes("L", (side, side), dice(seed).randbytes(side * side))
        patch = patch.filter(ImageFilter.GaussianBlur(0.7 * self.scale))
        patch = patch.point([round(128 + (v - 128) * strength * 4) for v in range(256)])
        noise = Image.new("L", self.image.size)
        for x in range(0, noise.width, side):
            for y in range(0, noise.height, side):
                noise.paste(patch, (x, y))
        alpha = self.image.getchannel("A")
        grained = ImageChops.overlay(self.image.convert("RGB"), Image.merge("RGB", [noise] * 3))
        grained.putalpha(alpha)
        self.image = grained

    def flat(self) -> Image.Image:
        """Return the picture without transparency."""
        return self.image.convert("RGB")

    # --- inside

    def _box_of(self, points: Sequence[Point], *, spread: float) -> Box | None:
        """Return the pixels that a shape may touch, or None when it lies outside the canvas."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left = max(0, math.floor((min(xs) - spread) * self.scale) - 1)
        top = max(0, math.floor((min(ys) - spread) * self.scale) - 1)
        right = min(self.image.width, math.ceil((max(xs) + spread) * self.scale) + 1)
        bottom = min(self.image.height, math.ceil((max(ys) + spread) * self.scale) + 1)
        return (left, top, right, bottom) if right > left and bottom > top else None

    def _on_mask(self, points: Sequence[Point], box: Box) -> list[Point]:
        return [((x * self.scale - box[0]) * SHARPER, (y * self.scale - box[1]) * SHARPER) for x, y in points]

    def _mask_of(self, points: Sequence[Point], box: Box) -> Image.Image:
        mask = Image.new("L", (SHARPER * (box[2] - box[0]), SHARPER * (box[3] - box[1])))
        ImageDraw.Draw(mask).polygon(self._on_mask(points, box), fill=255)
        return mask.reduce(SHARPER)

    def _halo(self, x: float, y: float, radius: float, box: Box) -> Image.Image:
        """Return the part of a round glow that lies in ``box``."""
        across = max(2, round(2 * radius * self.scale))
        halo = ImageChops.invert(Image.radial_gradient("L")).resize((across, across), Image.Resampling.BICUBIC)
        halo = halo.point([round(255 * (max(0, v - 75) / 180) ** 2) for v in range(256)])
        left, top = round((x - radius) * self.scale), round((y - radius) * self.scale)
        return halo.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))

    def _brighten(self, mask: Image.Image, color: str, strength: float, box: Box) -> None:
        parts = (part / 255 * strength for part in ImageColor.getrgb(color)[:3])
        tints = [mask.point([min(255, round(v * part)) for v in range(256)]) for part in parts]
        patch = self.image.crop(box)
        lit = ImageChops.screen(patch.convert("RGB"), Image.merge("RGB", tints))
        lit.putalpha(patch.getchannel("A"))
        self.image.paste(lit, box)

    def _lay(self, color: str, to: str | None, mask: Image.Image, opacity: float, box: Box) -> None:
        if opacity < 1:
            mask = mask.point([round(v * opacity) for v in range(256)])
        if to is None:
            paint = Image.new("RGB", mask.size, color)
        else:
            column = Image.linear_gradient("L").resize((1, mask.height))
            run = Image.composite(Image.new("RGB", column.size, to), Image.new("RGB", column.size, color), column)
            paint = run.resize(mask.size, Image.Resampling.NEAREST)
        paint.putalpha(mask)
        left, top = max(0, box[0]), max(0, box[1])
        self.image.alpha_composite(paint, (left, top), (left - box[0], top - box[1]))
