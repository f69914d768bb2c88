"""The key frames of a finished rung as pictures: what storyboards and posters are made of.

Decoding nothing but key frames costs a fourteenth of decoding all; the smallest rung has what is needed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from titles.media.ladder import Cadence
from titles.media.workshop import Workshop

_CHANNELS = 3


class KeyFramesDiffer(Exception):
    """A rung does not have a key frame where its rhythm wants one."""


@dataclass(frozen=True)
class KeyFrames:
    """Key frames as raw pictures in a file of the workshop, one every ``every_ms``."""

    file: Path
    width_px: int
    height_px: int
    every_ms: int
    count: int

    def __iter__(self) -> Iterator[Image.Image]:
        """Give them one at a time, so that a long film costs no memory."""
        with self.file.open("rb") as pictures:
            for _ in range(self.count):
                yield self._read(pictures)

    def _read(self, pictures: BinaryIO) -> Image.Image:
        size = self.width_px, self.height_px
        return Image.frombytes("RGB", size, pictures.read(_CHANNELS * self.width_px * self.height_px))


def key_frames(
    workshop: Workshop, step: str, rung: Path, *, width_px: int, height_px: int, cadence: Cadence, frame_count: int
) -> KeyFrames:
    """Decode the key frames of ``rung``, an MP4 in the workshop's folder. Raises KeyFramesDiffer and GaveUp."""
    file = workshop.folder / f"{rung.stem}-keys.rgb"
    workshop.run(
        step,
        workshop.programs.ffmpeg,
        *("-nostdin", "-hide_banner", "-v", "warning", "-threads", "1", "-skip_frame", "nokey"),
        *("-i", rung.relative_to(workshop.folder).as_posix(), "-map", "0:v:0", "-fps_mode", "passthrough"),
        *("-pix_fmt", "rgb24", "-f", "rawvideo", file.name),
    )
    count = ceil(frame_count / cadence.gop_frames)
    if file.stat().st_size != count * _CHANNELS * width_px * height_px:
        raise KeyFramesDiffer(f"There should be {count} key frames in the rung of {width_px}x{height_px}.")
    return KeyFrames(file, width_px, height_px, round(1000 * cadence.gop_s), count)


def least_with_detail(sizes: Sequence[tuple[int, int]], *, short_px: int) -> int:
    """Return the place of the smallest of ``sizes`` (width, height) that is ``short_px`` wide, else of the largest.

    >>> least_with_detail([(1080, 1920), (360, 640), (54, 96)], short_px=90)
    1
    >>> least_with_detail([(72, 128), (54, 96)], short_px=90)
    0
    """
    by_size = sorted(range(len(sizes)), key=lambda place: min(sizes[place]))
    return next((place for place in by_size if min(sizes[place]) >= short_px), by_size[-1])
