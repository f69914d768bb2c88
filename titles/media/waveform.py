"""Peaks of a whole sound as compact JSON, for a waveform that a browser draws without the sound itself.

The format is audiowaveform's, version 2: ``data`` holds for each point the least and the greatest sample of all
channels together, as whole numbers of ``bits`` bits (full scale is 128 at 8 bits); one point covers
``samples_per_pixel`` samples at ``sample_rate`` Hz, which is a hundredth of a second.
"""

import json
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from titles.media.workshop import Workshop

STEP = "peaks"
PEAKS = "peaks.json"

_RATE_HZ = 48_000
_SAMPLES_PER_POINT = 480
_BITS = 8
_TO_BITS = 16 - _BITS
_POINTS_AT_ONCE = 1_000


def write_peaks(workshop: Workshop, sound: Path, file: Path, *, channels: int) -> int:
    """Measure ``sound``, a finished MP4 in the workshop's folder, and write its peaks; return how many points.

    Raises GaveUp.
    """
    samples = workshop.folder / f"{sound.stem}-samples.s16"
    workshop.run(
        STEP,
        workshop.programs.ffmpeg,
        *("-nostdin", "-hide_banner", "-v", "warning", "-threads", "1"),
        *("-i", sound.relative_to(workshop.folder).as_posix(), "-map", "0:a:0"),
        *("-ar", f"{_RATE_HZ}", "-ac", f"{channels}", "-f", "s16le", samples.name),
    )
    with workshop.own_work(STEP):
        points = list(_points(samples, channels))
        file.write_text(json.dumps(_waveform(points), separators=(",", ":")))
    samples.unlink()
    return len(points)


def _waveform(points: list[tuple[int, int]]) -> dict[str, Any]:
    return {
        "version": 2,
        "channels": 1,
        "sample_rate": _RATE_HZ,
        "samples_per_pixel": _SAMPLES_PER_POINT,
        "bits": _BITS,
        "length": len(points),
        "data": [value for point in points for value in point],
    }


def _points(samples: Path, channels: int) -> Iterator[tuple[int, int]]:
    """Give the least and the greatest sample of each hundredth of a second, read ten seconds at a time."""
    at_once = _SAMPLES_PER_POINT * channels
    with samples.open("rb") as file:
        while chunk := file.read(2 * at_once * _POINTS_AT_ONCE):
            values = array("h", chunk)
            for start in range(0, len(values), at_once):
                piece = values[start : start + at_once]
                yield min(piece) >> _TO_BITS, max(piece) >> _TO_BITS
