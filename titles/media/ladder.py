"""The ladder: in which sizes, how densely and in what rhythm an episode is encoded. Numbers only.

The rungs are written upright, as our episodes are. A rung binds the *short* side of the picture, so that a
landscape source, or one a little taller than 9:16, gets the same ladder in its own shape.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

FASTEST_RATE = 60
"""Frames per second; a faster source is thinned evenly."""

_GOP_S = 2
_GOPS_PER_SEGMENT = 2


class Quality(StrEnum):
    """How much work the encoder may spend on an episode; the caps of the rungs stay the same."""

    PREVIEW = "preview"
    PUBLISH = "publish"
    ARCHIVE = "archive"

    @property
    def recipe(self) -> "Recipe":
        return RECIPES[self]


@dataclass(frozen=True)
class Recipe:
    """What x264 is told: ``crf`` is how much it may differ from the original, less being better."""

    preset: str
    crf: int


RECIPES = {
    Quality.PREVIEW: Recipe("veryfast", 23),
    Quality.PUBLISH: Recipe("fast", 23),  # the knee: a third more work than veryfast, 4 points of VMAF
    Quality.ARCHIVE: Recipe("medium", 23),
}


@dataclass(frozen=True)
class Rung:
    """One size of the ladder, with the rate that it may never exceed for long."""

    width_px: int
    height_px: int
    cap_kbps: int

    @property
    def short_px(self) -> int:
        return min(self.width_px, self.height_px)

    @property
    def buffer_kbit(self) -> int:
        """How much a player must be able to hold: two seconds at the cap."""
        return 2 * self.cap_kbps


RUNGS = (
    Rung(1080, 1920, 5_000),
    Rung(720, 1280, 2_500),
    Rung(540, 960, 1_400),
    Rung(360, 640, 700),
)


def rungs_for(width_px: int, height_px: int) -> tuple[Rung, ...]:
    """Return the ladder of a source with square pixels, from the top down; at least one rung.

    Nothing is enlarged: a rung above the source shrinks to it, and of several that did the cheapest is kept.
    Sides are even, as 4:2:0 pictures must be.

    >>> [(rung.width_px, rung.height_px) for rung in rungs_for(1080, 1920)]
    [(1080, 1920), (720, 1280), (540, 960), (360, 640)]
    >>> [(rung.width_px, rung.height_px, rung.cap_kbps) for rung in rungs_for(607, 1081)]
    [(606, 1080, 2500), (540, 962, 1400), (360, 642, 700)]
    >>> [(rung.width_px, rung.height_px) for rung in rungs_for(1280, 720)]
    [(1280, 720), (960, 540), (640, 360)]
    """
    ladder = {rung.short_px: rung for rung in (_shaped(rung, width_px, height_px) for rung in RUNGS)}
    return tuple(ladder.values())


def _shaped(rung: Rung, width_px: int, height_px: int) -> Rung:
    """Give ``rung`` the source's shape: the short side as wanted, the long one to the nearest even pixel."""
    short, long = sorted((width_px, height_px))
    new_short = min(rung.short_px, _even_below(short))
    new_long = min(2 * round(Fraction(long * new_short, 2 * short)), _even_below(long))
    width, height = (new_short, new_long) if width_px <= height_px else (new_long, new_short)
    return Rung(width, height, rung.cap_kbps)


def _even_below(side_px: int) -> int:
    return max(2, side_px - side_px % 2)


@dataclass(frozen=True)
class Cadence:
    """The rhythm that all rungs share, counted in frames: key frames every 2 s, segments of two GOPs.

    >>> film = Cadence(Fraction(24000, 1001))
    >>> film.gop_frames, float(film.segment_s)
    (48, 4.004)
    """

    rate: Fraction
    """Frames per second."""

    @classmethod
    def of(cls, source_rate: Fraction) -> "Cadence":
        """Return the rhythm for a source; above 60 fps every second (third ...) frame is kept.

        >>> [str(Cadence.of(Fraction(rate)).rate) for rate in ("25", "60", "120000/1001", "144")]
        ['25', '60', '60000/1001', '48']
        """
        return cls(source_rate / max(1, ceil(source_rate / FASTEST_RATE)))

    @property
    def gop_frames(self) -> int:
        return max(1, round(_GOP_S * self.rate))

    @property
    def gop_s(self) -> Fraction:
        return self.gop_frames / self.rate

    @property
    def segment_frames(self) -> int:
        return _GOPS_PER_SEGMENT * self.gop_frames

    @property
    def segment_s(self) -> Fraction:
        """Length of every segment but the last: 4 s, or the nearest to it that whole GOPs allow."""
        return self.segment_frames / self.rate
