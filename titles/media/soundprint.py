"""What a film sounds like, a hundred times a second: enough to find its passages in another edit of the film.

ffmpeg splits the first sound track into eight bands; of each hundredth of a second we keep how loud every band is.
What is compared later is only whether a band grows louder or softer, alone and against its neighbor, so that another
encoder, another level or a little noise change next to nothing.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log10
from operator import mul
from pathlib import Path

from titles.media.binaries import reads_descriptors
from titles.media.probing import LONGEST_MS
from titles.media.sandbox import Limits, hostile_input
from titles.media.sniffing import HEAD_BYTES, sniff
from titles.media.workshop import GaveUp, Workshop

STEP = "listen"
HOP_MS = 10
BITS = 16

_RATE_HZ = 8_000
_HOP = _RATE_HZ * HOP_MS // 1000
_EDGES_HZ = (250, 450, 700, 1_050, 1_500, 2_100, 2_900)
_BANDS = len(_EDGES_HZ) + 1
_HOPS_AT_ONCE = 500
_SMALLEST = 1e-9
#: Softer than this against the loud parts of all bands, or of its own, a band is not heard.
_SILENCE_DB = -40.0
_SOFT_DB = -25.0
_FAINTEST_DB = -70.0
_REACH = 2
_SAMPLES_BYTES = 2 * _BANDS * _RATE_HZ * (LONGEST_MS // 1000 + 10)
_LIMITS = Limits(cpu_s=300, wall_s=600, output_bytes=_SAMPLES_BYTES)


class NoSound(Exception):
    """There is nothing in the film to listen to."""


@dataclass(frozen=True)
class Soundprint:
    """One film's sound, in steps of ``HOP_MS``."""

    levels: list[tuple[float, ...]]
    """How loud each band is, in dB."""
    bits: list[int]
    """Of each step, which bands rise: ``BITS`` bits."""
    heard: list[int]
    """Which of these bits tell anything: those of bands that are heard in the step."""

    @property
    def duration_ms(self) -> int:
        return HOP_MS * len(self.bits)

    def contour(self, points: int) -> list[int]:
        """How loud it is over time, 0 to 100, in at most ``points`` equal parts: something to draw."""
        heights = [max(levels) for levels in self.levels]
        if not heights:
            return []
        top, count = max(heights), min(points, len(heights))
        edges = [len(heights) * part // count for part in range(count + 1)]
        return [_height(max(heights[start:end]) - top) for start, end in pairwise(edges)]


def listen(workshop: Workshop, film: Path) -> Soundprint:
    """Decode the first sound of the film at ``film``. Raises NoSound, and what Workshop.run raises except GaveUp."""
    with film.open("rb") as file:
        container = sniff(file.read(HEAD_BYTES))
    samples = workshop.folder / "bands.s16"
    ffmpeg = workshop.programs.ffmpeg
    try:
        with film.open("rb") as file:
            workshop.run(
                STEP,
                ffmpeg,
                *("-nostdin", "-hide_banner", "-y", "-v", "error", "-threads", "1"),
                *hostile_input(container, by_descriptor=reads_descriptors(ffmpeg)),
                *("-filter_complex", _bands(), "-map", "[bands]", "-f", "s16le", samples.name),
                limits=_LIMITS,
                stdin=file,
            )
    except GaveUp as reason:
        raise NoSound("The film has no sound that can be decoded.") from reason
    with workshop.own_work(STEP):
        heard = soundprint(list(_energies(samples)))
    samples.unlink()
    return heard


def soundprint(energies: list[tuple[float, ...]]) -> Soundprint:
    """Make a Soundprint of the energy of each band (full scale is 1) in each step. Raises NoSound."""
    smooth = [tuple(_decibels(sum(band)) for band in zip(*near, strict=True)) for near in _neighborhoods(energies)]
    thresholds = _thresholds(smooth)
    bits, heard = [], []
    for step, here in enumerate(smooth):
        before, after = smooth[max(0, step - _REACH)], smooth[min(len(smooth) - 1, step + _REACH)]
        bits.append(_rising(before, after))
        loudest = map(max, before, here, after)
        heard.append(_telling([level > least for level, least in zip(loudest, thresholds, strict=True)]))
    if not any(heard):
        raise NoSound("There is nothing but silence in the film.")
    return Soundprint([tuple(_decibels(band) for band in bands) for bands in energies], bits, heard)


def _bands() -> str:
    edges = " ".join(str(edge) for edge in _EDGES_HZ)
    names = "".join(f"[band{number}]" for number in range(_BANDS))
    mono = f"[0:a:0]aresample={_RATE_HZ}:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=mono"
    return f"{mono},acrossover=split={edges}:order=4th{names};{names}amerge=inputs={_BANDS}[bands]"


def _energies(samples: Path) -> Iterator[tuple[float, ...]]:
    """Give the mean square of each band in each step, read five seconds at a time."""
    at_once = _HOP * _BANDS
    scale = _HOP * 32_768.0**2
    with samples.open("rb") as file:
        while chunk := file.read(2 * at_once * _HOPS_AT_ONCE):
            values = array("h", chunk)
            for start in range(0, len(values) - at_once + 1, at_once):
                step = values[start : start + at_once]
                bands = (step[band::_BANDS] for band in range(_BANDS))
                yield tuple(sum(map(mul, band, band)) / scale for band in bands)


def _neighborhoods(energies: list[tuple[float, ...]]) -> Iterator[list[tuple[float, ...]]]:
    """Give each step with those beside it, together 40 ms."""
    for step in range(len(energies)):
        yield energies[max(0, step - 1) : step + 3]


def _thresholds(smooth: list[tuple[float, ...]]) -> list[float]:
    """From which level on each band is heard: encoders write what they like into what is softer."""
    if not smooth:
        return []
    tops = [sorted(band)[len(band) * 9 // 10] for band in zip(*smooth, strict=True)]
    least = max(_FAINTEST_DB, max(tops) + _SILENCE_DB)
    return [max(least, top + _SOFT_DB) for top in tops]


def _rising(before: tuple[float, ...], after: tuple[float, ...]) -> int:
    """Which bands rise, which rise faster than the one above, and whether all together do."""
    rises = [late - early for early, late in zip(before, after, strict=True)]
    return _packed([*(rise > 0 for rise in rises), *(low > high for low, high in pairwise(rises)), sum(rises) > 0])


def _telling(loud: list[bool]) -> int:
    """Which of the bits of ``_rising`` tell anything where these bands are heard."""
    return _packed([*loud, *(low and high for low, high in pairwise(loud)), any(loud)])


def _packed(signs: list[bool]) -> int:
    return sum(1 << place for place, sign in enumerate(signs) if sign)


def _decibels(energy: float) -> float:
    return 10 * log10(energy + _SMALLEST)


def _height(below_top_db: float) -> int:
    return max(0, round(100 + 100 * below_top_db / 50))
