"""Storyboards: small pictures of the film, one for each key frame, for seeking by eye.

They stand side by side on JPEG sheets; a WebVTT index says which part of which sheet shows which moment, with
media fragments (``storyboard-1.jpg#xywh=90,0,90,160``), as players read them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

from PIL import Image

from titles.media.keyframes import KeyFrames
from titles.media.workshop import Workshop

STEP = "storyboard"
INDEX = "storyboard.vtt"
TILE_SHORT_PX = 90

_COLUMNS = _MOST_ROWS = 10
_QUALITY = 75


@dataclass(frozen=True)
class Storyboard:
    """Where the little pictures are. All files lie in one folder, the one of the stream ``stream``."""

    stream: str
    """Digest of the rung that it was made from."""
    tile_width_px: int
    tile_height_px: int
    columns: int
    every_ms: int
    count: int
    sheets: tuple[str, ...]
    index: str = INDEX

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "sheets": list(self.sheets)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Storyboard":
        return cls(**{**stored, "sheets": tuple(stored["sheets"])})


def make_storyboard(
    workshop: Workshop, pictures: KeyFrames, folder: Path, *, stream: str, duration_ms: int
) -> Storyboard:
    """Write sheets and index of ``pictures`` to ``folder``, that of the stream with the digest ``stream``."""
    width_px, height_px = tile_size(pictures.width_px, pictures.height_px)
    with workshop.own_work(STEP):
        sheets = tuple(
            _written(sheet, folder / f"storyboard-{number}.jpg")
            for number, sheet in enumerate(_sheets(pictures, width_px, height_px), start=1)
        )
        board = Storyboard(stream, width_px, height_px, _COLUMNS, pictures.every_ms, pictures.count, sheets)
        (folder / INDEX).write_text(index(board, duration_ms=duration_ms))
    return board


def tile_size(width_px: int, height_px: int) -> tuple[int, int]:
    """Return the size of the little pictures of a film: in its shape, the short side 90 pixels, never enlarged.

    >>> tile_size(360, 640), tile_size(640, 360), tile_size(54, 96)
    ((90, 160), (160, 90), (54, 96))
    """
    short_px = min(width_px, height_px)
    wanted_px = min(short_px, TILE_SHORT_PX)
    return round(width_px * wanted_px / short_px), round(height_px * wanted_px / short_px)


def _sheets(pictures: KeyFrames, width_px: int, height_px: int) -> Iterator[Image.Image]:
    """Fill sheets of ten by ten; the last has only the rows that it needs."""
    tiles = (picture.resize((width_px, height_px), Image.Resampling.BOX) for picture in pictures)
    left = pictures.count
    while left > 0:
        on_sheet = list(islice(tiles, _COLUMNS * _MOST_ROWS))
        left -= len(on_sheet)
        yield _sheet(on_sheet, width_px, height_px)


def _sheet(tiles: Sequence[Image.Image], width_px: int, height_px: int) -> Image.Image:
    sheet = Image.new("RGB", (_COLUMNS * width_px, ceil(len(tiles) / _COLUMNS) * height_px))
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % _COLUMNS * width_px, number // _COLUMNS * height_px))
    return sheet


def _written(sheet: Image.Image, file: Path) -> str:
    sheet.save(file, "JPEG", quality=_QUALITY)
    return file.name


def index(board: Storyboard, *, duration_ms: int) -> str:
    """Return the WebVTT index of ``board``: a cue for each picture, until the next one or the film's end.

    >>> print(index(Storyboard("ab", 90, 160, 10, 2_000, 2, ("storyboard-1.jpg",)), duration_ms=3_000))
    WEBVTT
    <BLANKLINE>
    00:00:00.000 --> 00:00:02.000
    storyboard-1.jpg#xywh=0,0,90,160
    <BLANKLINE>
    00:00:02.000 --> 00:00:03.000
    storyboard-1.jpg#xywh=90,0,90,160
    <BLANKLINE>
    """
    cues = [
        f"{_clock(number * board.every_ms)} --> {_clock(min((number + 1) * board.every_ms, duration_ms))}\n"
        f"{_place(board, number)}\n"
        for number in range(board.count)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _place(board: Storyboard, number: int) -> str:
    sheet, place = divmod(number, _COLUMNS * _MOST_ROWS)
    row, column = divmod(place, board.columns)
    left_px, top_px = column * board.tile_width_px, row * board.tile_height_px
    return f"{board.sheets[sheet]}#xywh={left_px},{top_px},{board.tile_width_px},{board.tile_height_px}"


def _clock(moment_ms: int) -> str:
    seconds, ms = divmod(moment_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
