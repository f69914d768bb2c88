"""Pictures that sell the sample series: key art without words, and covers with its title."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cms.demo.painting.poster import poster

JPEG_QUALITY = 90


@dataclass(frozen=True)
class Cover:
    """A picture for the catalog; ``purpose`` is "key art" (textless) or "cover" (with the English title)."""

    purpose: str
    name: str
    width_px: int
    height_px: int


COVERS = (
    Cover("key art", "LKMN_KEYART_2x3_TEXTLESS.jpg", 1600, 2400),
    Cover("cover", "LKMN_COVER_2x3_EN.jpg", 1600, 2400),
    Cover("cover", "LKMN_COVER_9x16_EN.jpg", 1440, 2560),
)


def make(folder: Path, wanted: Sequence[Cover] = COVERS) -> list[tuple[Cover, Path]]:
    """Paint the covers in ``folder`` that are not there yet, and return all that are wanted with their files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [(cover, folder / cover.name) for cover in wanted]
    for cover, path in made:
        if not path.exists():
            _paint(cover, path)
    return made


def _paint(cover: Cover, path: Path) -> None:
    """Paint aside, then put in place: half a picture is never seen."""
    scale = cover.width_px / 1080
    sheet = poster(cover.height_px / scale, scale, lettered=cover.purpose == "cover").flat()
    aside = path.with_suffix(".part")
    sheet.resize((cover.width_px, cover.height_px)).save(aside, "JPEG", quality=JPEG_QUALITY)
    os.replace(aside, path)
