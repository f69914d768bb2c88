"""Paints lines of text as pictures, for subtitles that are part of the picture itself.

Everything that a font engine does is done by HarfBuzz (shapes and masks), so that Arabic joins, Thai stacks its marks
and no library of the system decides. Text of two directions is cut into runs first: as one, "42" would become "24".
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, pi, sin
from pathlib import Path

import uharfbuzz as hb
from bidi import algorithm
from PIL import Image, ImageChops

FONTS = Path(__file__).with_name("fonts")

_FILES = {
    "latin": "NotoSans_500Medium.ttf",
    "arabic": "NotoSansArabic_500Medium.ttf",
    "thai": "NotoSansThai_500Medium.ttf",
    "japanese": "NotoSansJP_500Medium.ttf",
    "chinese": "NotoSansSC_500Medium.ttf",
}
_FIRST = {"ar": "arabic", "th": "thai", "ja": "japanese", "zh": "chinese"}
"""Which font has the word, by language; the others are asked in order for what it does not have."""
_UNITS = 64
_POINTS_AROUND = 16
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))
_NOTHING = Image.new("L", (1, 1))


class Unpaintable(Exception):
    """A text has characters that no font here has; the text names them."""


@dataclass(frozen=True)
class Line:
    """A painted line: how opaque each pixel is, and where it stands from the pen's start on the base line."""

    mask: Image.Image
    left_px: int
    top_px: int
    """Above the base line it is negative, as on screens."""
    advance_px: float


@dataclass(frozen=True)
class _Run:
    """Neighbors of one direction and one font."""

    text: str
    level: int
    font: str


def paint_line(text: str, *, language: str, size_px: float) -> Line:
    """Paint ``text`` in one line, in the order in which it is read on screen. Raises Unpaintable."""
    pen, canvas = 0.0, hb.RasterDraw()
    canvas.scale_factor = (_UNITS, _UNITS)
    for run in _in_visual_order(_runs(text.translate(_ISOLATES).strip(), language)):
        pen = _draw(canvas, run, language, size_px, pen)
    drawn = canvas.render()
    box = drawn.extents
    if not box.width or not box.height:
        return Line(_NOTHING, 0, 0, pen / _UNITS)
    mask = Image.frombytes("L", (box.width, box.height), bytes(drawn.buffer), "raw", "L", box.stride, -1)
    return Line(mask, box.x_origin, -(box.y_origin + box.height), pen / _UNITS)


def width_px(text: str, *, language: str, size_px: float) -> float:
    """Return how far the pen moves for ``text``. Raises Unpaintable."""
    return sum(_advance(run, language, size_px) for run in _runs(text, language)) / _UNITS


def outlined(mask: Image.Image, radius_px: float) -> Image.Image:
    """Return ``mask`` grown by a radius: the union of itself moved to points of a circle. Leave room around it."""
    grown = mask
    for point in range(_POINTS_AROUND):
        angle = 2 * pi * point / _POINTS_AROUND
        moved = ImageChops.offset(mask, round(radius_px * cos(angle)), round(radius_px * sin(angle)))
        grown = ImageChops.lighter(grown, moved)
    return grown


# Runs: which characters are shaped together, and in which order they stand


def _runs(text: str, language: str) -> list[_Run]:
    """Cut ``text`` where direction or font changes, in logical order. Raises Unpaintable."""
    levels = _levels(text)
    runs: list[_Run] = []
    font = ""
    for at, letter in enumerate(text):
        if at not in levels:
            continue  # a mark of direction, which has done its work
        font = _font_for(letter, font, language)
        if runs and (runs[-1].level, runs[-1].font) == (levels[at], font):
            runs[-1] = _Run(runs[-1].text + letter, levels[at], font)
        else:
            runs.append(_Run(letter, levels[at], font))
    return runs


def _levels(text: str) -> dict[int, int]:
    """Return the embedding level of each character by its place; odd is from right to left."""
    base = algorithm.get_base_level(text)
    storage = {**algorithm.get_empty_storage(), "base_level": base, "base_dir": "LR"[base]}
    algorithm.get_embedding_levels(text, storage)
    for at, letter in enumerate(storage["chars"]):
        letter["at"] = at
    for resolve in (
        algorithm.explicit_embed_and_overrides,
        algorithm.resolve_weak_types,
        algorithm.resolve_neutral_types,
        algorithm.resolve_implicit_levels,
    ):
        resolve(storage, False)
    return {letter["at"]: letter["level"] for letter in storage["chars"]}


def _font_for(letter: str, current: str, language: str) -> str:
    """Spaces and marks stay with the font of the letter before them. Raises Unpaintable."""
    stays = letter.isspace() or unicodedata.category(letter) in {"Mn", "Mc", "Me", "Cf"}
    order = [_FIRST.get(language.partition("-")[0], "latin"), *_FILES]
    for name in [current, *order] if stays and current else order:
        if ord(letter) in _characters(name):
            return name
    if unicodedata.category(letter) == "Cf":
        return current or order[0]
    named = f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
    raise Unpaintable(f"“{letter}” ({named}) is in none of the fonts that subtitles are painted with. Take it out.")


def _in_visual_order(runs: Sequence[_Run]) -> list[_Run]:
    """Turn round whatever is read from right to left (UAX 9, rule L2)."""
    ordered = list(runs)
    for level in range(max((run.level for run in runs), default=0), 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end].level >= level:
                end += 1
            ordered[start:end] = reversed(ordered[start:end])
            start = max(end, start + 1)
    return ordered


# HarfBuzz


@cache
def _face(name: str) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(FONTS / _FILES[name])))


@cache
def _characters(name: str) -> frozenset[int]:
    return frozenset(_face(name).unicodes)


@cache
def _font(name: str, size_px: float) -> hb.Font:
    font = hb.Font(_face(name))
    font.scale = (round(size_px * _UNITS), round(size_px * _UNITS))
    return font


def _shaped(run: _Run, language: str, size_px: float) -> tuple[hb.Font, hb.Buffer]:
    font, buffer = _font(run.font, size_px), hb.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    buffer.language = language
    hb.shape(font, buffer)
    return font, buffer


def _advance(run: _Run, language: str, size_px: float) -> float:
    return sum(position.x_advance for position in _shaped(run, language, size_px)[1].glyph_positions)


def _draw(canvas: hb.RasterDraw, run: _Run, language: str, size_px: float, pen: float) -> float:
    """Draw ``run`` from ``pen`` on; return where the pen stands then, both in 64ths of a pixel."""
    font, buffer = _shaped(run, language, size_px)
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        canvas.transform = (1, 0, 0, 1, pen + place.x_offset, place.y_offset)
        canvas.draw_glyph(font, glyph.codepoint)
        pen += place.x_advance
    return pen


def lines_that_fit(text: str, *, language: str, size_px: float, most_px: float) -> Iterator[str]:
    """Break each line of ``text`` where it is too wide, between words, or between characters that need no space."""
    for line in text.splitlines():
        fitting = ""
        for piece in _pieces(line):
            if fitting.strip() and width_px((fitting + piece).strip(), language=language, size_px=size_px) > most_px:
                yield fitting.strip()
                fitting = ""
            fitting += piece
        if fitting.strip():
            yield fitting.strip()


def _pieces(line: str) -> Iterator[str]:
    """Cut a line at every place where it may be broken.

    >>> list(_pieces("You lied. 嘘つき"))
    ['You ', 'lied. ', '嘘', 'つ', 'き']
    """
    piece = ""
    for letter in line:
        if unicodedata.east_asian_width(letter) in "WF" and unicodedata.category(letter).startswith("L"):
            yield from filter(None, [piece])
            piece = letter
        elif letter.isspace():
            yield piece + letter
            piece = ""
        else:
            piece += letter
    yield from filter(None, [piece])
