"""Posters: the frames of a film that show something, sharply. The best is taken, the others are offered.

Black is measured as the share of dark pixels, sharpness as the variance of the Laplacian: blur and fades have
no edges. The time line is cut into equal parts and each gives its best, so that they are not all of one shot.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFilter, ImageStat

from titles.media.keyframes import KeyFrames
from titles.media.workshop import Workshop

STEP = "posters"
POSTER = "poster.jpg"
OFFERED = 6

_DARK_LUMA = 32
_MOST_BLACK = 0.9
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
_JPEG_QUALITY = "3"


@dataclass(frozen=True)
class Look:
    """What one key frame is like."""

    number: int
    sharpness: float
    """Variance of the Laplacian of the luma, 0 to 255 squared."""
    black_share: float

    @property
    def is_black(self) -> bool:
        return self.black_share >= _MOST_BLACK

    @property
    def worth(self) -> tuple[bool, float]:
        return not self.is_black, self.sharpness * (1 - self.black_share)


@dataclass(frozen=True)
class Candidate:
    """A frame that may be the poster, as a JPEG of the top rung's size in the workshop's folder."""

    file: Path
    """``poster.jpg`` is the best; the others are called after their moments."""
    at_ms: int
    sharpness: float
    black_share: float


def look_at(picture: Image.Image, number: int = 0) -> Look:
    """Measure one picture.

    >>> look_at(Image.new("RGB", (90, 160), "black"))
    Look(number=0, sharpness=0.0, black_share=1.0)
    """
    luma = picture.convert("L")
    dark = sum(luma.histogram()[:_DARK_LUMA])
    edges = luma.filter(_LAPLACIAN).crop((1, 1, luma.width - 1, luma.height - 1))
    sharpness = ImageStat.Stat(edges).var[0]
    return Look(number, round(sharpness, 1), round(dark / (luma.width * luma.height), 4))


def best_of(looks: Sequence[Look], *, most: int = OFFERED) -> list[Look]:
    """Return the best of each of ``most`` equal parts of the film, best first; black ones only if all are.

    >>> [look.number for look in best_of([Look(0, 0, 1.0), Look(1, 9, 0.2), Look(2, 50, 0.1), Look(3, 5, 0.1)], most=2)]
    [2, 1]
    """
    parts = min(most, len(looks))
    bounds = [round(len(looks) * part / parts) for part in range(parts + 1)]
    chosen = [max(looks[start:end], key=_worth) for start, end in zip(bounds, bounds[1:], strict=False)]
    best = sorted(chosen, key=_worth, reverse=True)
    return [look for look in best if not look.is_black] or best[:1]


def _worth(look: Look) -> tuple[bool, float]:
    return look.worth


def choose_posters(workshop: Workshop, pictures: KeyFrames, top_rung: Path) -> list[Candidate]:
    """Look at ``pictures`` and take the best of them out of ``top_rung``, best first. Raises GaveUp."""
    with workshop.own_work(STEP):
        best = best_of([look_at(picture, number) for number, picture in enumerate(pictures)])
    files = dict(_taken(workshop, top_rung, sorted(look.number for look in best)))
    return [_candidate(files[look.number], look, look.number * pictures.every_ms, look is best[0]) for look in best]


def _candidate(file: Path, look: Look, at_ms: int, is_best: bool) -> Candidate:
    named = file.rename(file.with_name(POSTER if is_best else f"poster-{at_ms}.jpg"))
    return Candidate(named, at_ms, look.sharpness, look.black_share)


def _taken(workshop: Workshop, rung: Path, numbers: Sequence[int]) -> Iterator[tuple[int, Path]]:
    """Write these key frames of ``rung`` as JPEGs, which means BT.601; the rest is not even converted."""
    wanted = "+".join(f"eq(n,{number})" for number in numbers)
    workshop.run(
        STEP,
        workshop.programs.ffmpeg,
        *("-nostdin", "-hide_banner", "-y", "-v", "warning", "-threads", "1", "-skip_frame", "nokey"),
        *("-i", rung.relative_to(workshop.folder).as_posix(), "-map", "0:v:0", "-fps_mode", "passthrough"),
        "-vf",
        f"select='{wanted}',scale=out_color_matrix=bt601:out_range=pc"
        ":flags=bicubic+accurate_rnd+full_chroma_int,format=yuvj420p",
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"),
        *("-c:v", "mjpeg", "-q:v", _JPEG_QUALITY, "-f", "image2", "key-%d.jpg"),
    )
    return ((number, workshop.folder / f"key-{place}.jpg") for place, number in enumerate(numbers, start=1))
