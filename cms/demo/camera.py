"""From painted layers to moving pictures: the filter graph that ffmpeg films an episode with.

A still is decoded once and repeated inside the graph. Movements go by whole pixels, those of the upper layers by
two, as color lies on every second pixel only: anything finer would tremble.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cms.demo.painting.layers import Layer
from cms.demo.reel import DISSOLVE_S, Episode, Shot

WIDTH, HEIGHT = 1080, 1920
_BT709 = "scale=out_color_matrix=bt709:out_range=tv"


@dataclass(frozen=True)
class Still:
    """A layer as a picture file that ffmpeg can read; ``x``, ``y``, ``width`` are in units of the frame."""

    path: Path
    layer: Layer
    is_transparent: bool
    x: float
    y: float
    width: float
    height: float


def develop(layers: Sequence[Layer], folder: Path, name: str) -> list[Still]:
    """Write the layers as picture files (TGA: the one form with transparency that every ffmpeg reads)."""
    return [
        _developed(layer, folder / f"{name}-{index}.tga", at_the_back=not index) for index, layer in enumerate(layers)
    ]


def _developed(layer: Layer, path: Path, *, at_the_back: bool) -> Still:
    image, x, y = layer.canvas.image, 0.0, 0.0
    box = image.getbbox()
    if box and not (at_the_back or layer.period):
        box = (box[0], box[1], box[2] + (box[2] - box[0]) % 2, box[3] + (box[3] - box[1]) % 2)
        image, x, y = image.crop(box), box[0] / layer.canvas.scale, box[1] / layer.canvas.scale
    image.convert("RGB" if at_the_back else "RGBA").save(path)
    per_unit = layer.canvas.scale
    return Still(
        path, layer, not at_the_back, layer.x + x, layer.y + y, image.width / per_unit, image.height / per_unit
    )


def graph(episode: Episode, stills: Sequence[Sequence[Still]], scale: float, name: str) -> str:
    """Return the part of a filter graph that ends in the picture ``[name]``; the stills are its first inputs."""
    set_up = _Camera(episode.frame_rate, scale)
    parts: list[str] = []
    first = 0
    for index, (shot, pictures) in enumerate(zip(episode.shots, stills, strict=True)):
        parts += set_up.shot(shot, pictures, first, frames=episode.frames_of(index), name=f"shot{index}")
        first += len(pictures)
    parts += _joined(episode)
    parts.append(
        f"[film]fade=t=in:d=0.3,fade=t=out:st={episode.seconds - 0.3}:d=0.3"
        f",setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709,format=yuv420p[{name}]"
    )
    return ";".join(parts)


@dataclass(frozen=True)
class _Camera:
    frame_rate: int
    scale: float

    def shot(self, shot: Shot, stills: Sequence[Still], first: int, *, frames: int, name: str) -> list[str]:
        """Lay the stills, inputs from number ``first`` on, over each other."""
        parts = [f"{self._loaded(stills[0], first, frames)},{self._framed(stills[0])}[under{first}]"]
        for number, still in enumerate(stills[1:], start=first + 1):
            x, y = self._corner(still)
            parts.append(f"{self._loaded(still, number, frames)}[over{number}]")
            parts.append(f"[under{number - 1}][over{number}]overlay=x='{x}':y='{y}'[under{number}]")
        last = first + len(stills) - 1
        parts.append(f"[under{last}]trim=end_frame={frames}{_light(shot)},setsar=1,format=yuv420p[{name}]")
        return parts

    def _loaded(self, still: Still, number: int, frames: int) -> str:
        """Decode one still, then repeat it; let it grow or fade if it does."""
        pixels = "yuva420p" if still.is_transparent else "yuv420p"
        steps = f"[{number}:v]{_BT709},format={pixels},loop=loop=-1:size=1"
        if still.layer.growth:
            steps += f",{self._growing(still, frames)}"
        steps += f",settb=1/{self.frame_rate},setpts=N"
        if still.layer.fade:
            shown, leaving = still.layer.fade
            steps += f",fade=t=in:st={shown - 0.7}:d=0.7:alpha=1,fade=t=out:st={leaving}:d=0.7:alpha=1"
        return steps

    def _growing(self, still: Still, frames: int) -> str:
        """One frame at full size comes first and is dropped: later filters believe that size for good."""
        sizes = (
            f"if(n,{self._grown(side, still, 'n-1')},{self._grown(side, still, str(frames))})"
            for side in (still.width, still.height)
        )
        width, height = sizes
        return f"scale=w='{width}':h='{height}':eval=frame:flags=bilinear,trim=start_frame=1"

    def _framed(self, still: Still) -> str:
        """Cut the frame out of the picture at the very back."""
        x, y = self._corner(still)
        return f"crop={self._px(WIDTH)}:{self._px(HEIGHT)}:x='-({x})':y='-({y})':exact=1"

    def _corner(self, still: Still) -> tuple[str, str]:
        """Return where the upper left corner of a picture is, as expressions of the frame number ``n``."""
        layer = still.layer
        if layer.growth:
            return self._spread(still.x, still.width, WIDTH, still), self._spread(still.y, still.height, HEIGHT, still)
        x = f"{round(still.x * self.scale)}+round({layer.dx * self.scale}*n)"
        y = f"{round(still.y * self.scale)}+round({layer.dy * self.scale}*n)"
        if layer.period:
            period = round(layer.period * self.scale)
            y = f"mod({y},{period})-{period}"
        return x, y

    def _spread(self, start: float, side: float, whole: int, still: Still) -> str:
        """Return how a corner moves away from the middle of the frame as its picture grows."""
        middle = start + side / 2 - whole / 2
        return f"round({self.scale}*({whole / 2}+{middle}*{_growth(still, 'n')}))-{self._grown(side, still, 'n')}/2"

    def _grown(self, side: float, still: Still, n: str) -> str:
        """Return a width or height in even pixels, so that the middle stays where it is."""
        return f"2*round({self.scale * side / 2}*{_growth(still, n)})"

    def _px(self, units: float) -> int:
        return 2 * round(units * self.scale / 2)


def _growth(still: Still, n: str) -> str:
    """How many times larger than at first, at frame ``n``."""
    return f"(1+{still.layer.growth}/{WIDTH}*({n}))"


def _joined(episode: Episode) -> list[str]:
    """Join shot after shot into ``[film]``."""
    if len(episode.shots) == 1:
        return ["[shot0]null[film]"]
    parts, so_far, seconds = [], "shot0", 0.0
    for index, shot in enumerate(episode.shots[1:], start=1):
        seconds += episode.shots[index - 1].seconds
        joined = "film" if index == len(episode.shots) - 1 else f"cut{index}"
        how = f"xfade=duration={DISSOLVE_S}:offset={seconds}" if shot.dissolve else "concat"
        parts.append(f"[{so_far}][shot{index}]{how},settb=1/{episode.frame_rate}[{joined}]")
        so_far = joined
    return parts


def _light(shot: Shot) -> str:
    """Let lightning strike and lamps flicker."""
    light = [f"0.34*gte(t,{at})*exp(-7*(t-{at}))" for at in shot.flashes]
    if shot.flicker:
        light.append("-0.13*gt(sin(31*t)*sin(7.3*t)*sin(2.9*t),0.35)")
    return f",eq=brightness='{'+'.join(light)}':eval=frame" if light else ""
