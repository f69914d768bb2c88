"""Joins finished chunks to whole rungs. Nothing is encoded again: packets are copied, and counted afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from titles.media.encoding import PLAIN, FrameCountDiffers, Piece, Sound
from titles.media.ladder import Rung
from titles.media.planning import Plan
from titles.media.workshop import Workshop

STEP = "join"

_LIST = "chunks.ffconcat"


@dataclass(frozen=True)
class Encoded:
    """Verified files in the workshop's folder: a plain MP4 for each rung, from the top down, and one for the sound."""

    rungs: tuple[Path, ...]
    sound: Sound
    frame_count: int


def join(workshop: Workshop, plan: Plan, pieces: Sequence[Piece]) -> tuple[Path, ...]:
    """Join ``pieces``, which lie in the workshop's folder in the film's order, to one file for each rung that is made.

    Raises FrameCountDiffers, GaveUp, and what sandbox.run raises.
    """
    (workshop.folder / _LIST).write_text(_script(plan.cadence.rate, pieces))
    rungs = tuple(workshop.folder / file_name(rung) for rung in plan.made)
    workshop.run(
        STEP,
        workshop.programs.ffmpeg,
        *("-nostdin", "-hide_banner", "-y", "-v", "warning", "-f", "concat", "-auto_convert", "0", "-i", _LIST),
        *(part for place, rung in enumerate(rungs) for part in ("-map", f"0:{place}", "-c", "copy", *PLAIN, rung.name)),
    )
    expected = sum(piece.frame_count for piece in pieces)
    for rung in rungs:
        (picture,) = workshop.streams_of(STEP, rung, "nb_frames")
        if int(picture["nb_frames"]) != expected:
            raise FrameCountDiffers(
                f"The chunks have {expected} frames, and {picture['nb_frames']} after they were joined."
            )
    return rungs


def file_name(rung: Rung) -> str:
    return f"rung-{rung.width_px}x{rung.height_px}.mp4"


def _script(rate: Fraction, pieces: Sequence[Piece]) -> str:
    """How long each piece lasts is said by its frames; a file itself says it in rounded milliseconds.

    >>> print(_script(Fraction(25), [Piece(Path("chunk-000.mp4"), 300), Piece(Path("chunk-001.mp4"), 10)]), end="")
    ffconcat version 1.0
    file chunk-000.mp4
    duration 12.000000
    file chunk-001.mp4
    duration 0.400000
    """
    entries = (f"file {piece.file.name}\nduration {float(piece.frame_count / rate):.6f}\n" for piece in pieces)
    return f"ffconcat version 1.0\n{''.join(entries)}"
