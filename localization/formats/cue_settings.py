"""WebVTT cue settings and region settings: where on the picture a cue stands.

WebVTT, W3C Candidate Recommendation, sections 6.2 (regions) and 6.3 (cues). A setting is kept as the file
wrote it once it has proved valid, so that what goes out is what came in; `layout` and `box` turn the words
into numbers.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from localization.formats.document import Region
from localization.formats.scanning import split_on_spaces

# The order in which settings are written. The region comes last because a line, a size or a vertical
# direction that follows it takes the cue out of its region.
NAMES = ("vertical", "line", "position", "size", "align", "region")

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LINE_ALIGNMENTS = ("start", "center", "end")
_POSITION_ALIGNMENTS = ("line-left", "center", "line-right")
_TEXT_ALIGNMENTS = ("start", "center", "end", "left", "right")


class Settings(NamedTuple):
    """The valid settings of one line, and the words that were none."""

    valid: dict[str, str]
    unknown: list[str]


class Layout(NamedTuple):
    """A cue's place in numbers. None for ``line`` and ``position`` is the standard's "auto".

    ``line`` counts lines of text where ``snap_to_lines`` holds (negative from the bottom), else it is a
    percentage of the picture's height; ``position`` and ``size`` are percentages of its width.
    """

    vertical: str = ""
    line: float | None = None
    snap_to_lines: bool = True
    line_align: str = "start"
    position: float | None = None
    position_align: str = "auto"
    size: float = 100.0
    align: str = "center"
    region: Region | None = None


class Box(NamedTuple):
    """A region in numbers: ``width`` and both anchors (x, y) in percent, ``lines`` of text in height."""

    width: float = 100.0
    lines: float = 3.0
    anchor: tuple[float, float] = (0.0, 100.0)
    viewport_anchor: tuple[float, float] = (0.0, 100.0)
    scrolls_up: bool = False


def read_settings(text: str, regions: Collection[str] = ()) -> Settings:
    """Read the settings behind a cue's times; ``regions`` are the identifiers of the regions defined so far.

    The last valid word on a setting counts. A region that a later setting overrules is left out.

    >>> read_settings("line:62%,end align:middle position:50%")
    Settings(valid={'line': '62%,end', 'position': '50%'}, unknown=['align:middle'])
    """
    valid: dict[str, str] = {}
    unknown = []
    for word in split_on_spaces(text):
        name, _, value = word.partition(":")
        if name == "region" and value:
            valid.pop("region", None)
            if value in regions:
                valid["region"] = value
                continue
        elif value and name in _VALID and _VALID[name](value):
            valid[name] = _with_alignment(value, valid.get(name, ""))
            if name in ("vertical", "line") or (name == "size" and _percentage(value) != 100):
                valid.pop("region", None)
            continue
        unknown.append(word)
    return Settings(valid, unknown)


def written(settings: Mapping[str, str]) -> str:
    """Return valid settings as a cue's line of times carries them.

    >>> written({"position": "50%", "line": "0"})
    'line:0 position:50%'
    """
    return " ".join(f"{name}:{settings[name]}" for name in NAMES if name in settings)


def layout(settings: Mapping[str, str], regions: Collection[Region] = ()) -> Layout:
    """Return where valid ``settings`` put a cue. Of regions with one identifier the last counts.

    >>> layout({"line": "62%,end", "size": "80%"})
    Layout(vertical='', line=62.0, snap_to_lines=False, line_align='end', position=None,
           position_align='auto', size=80.0, align='center', region=None)
    """
    line, _, line_align = settings.get("line", "").partition(",")
    position, _, position_align = settings.get("position", "").partition(",")
    by_identifier = {region.identifier: region for region in regions if region.identifier}
    return Layout(
        vertical=settings.get("vertical", ""),
        line=_line_number(line) if line else None,
        snap_to_lines=not line.endswith("%"),
        line_align=line_align or "start",
        position=_percentage(position),
        position_align=position_align or "auto",
        size=float(settings.get("size", "100%").removesuffix("%")),
        align=settings.get("align", "center"),
        region=by_identifier.get(settings.get("region", "")),
    )


def read_region(text: str) -> Region:
    """Read the body of a REGION block. The identifier is empty when the block gives none.

    >>> read_region("id:bottom width:80% lines:2 scroll:down")
    Region(identifier='bottom', settings={'width': '80%', 'lines': '2'})
    """
    identifier = ""
    settings = {}
    for word in split_on_spaces(text):
        name, _, value = word.partition(":")
        if name == "id" and value:
            identifier = value
        elif value and name in _VALID_IN_REGION and _VALID_IN_REGION[name](value):
            settings[name] = value
    return Region(identifier, settings)


def box(region: Region) -> Box:
    """Return a region in numbers, with the standard's values for what it leaves open.

    >>> box(Region("bottom", {"width": "80%", "regionanchor": "50%,100%"}))
    Box(width=80.0, lines=3.0, anchor=(50.0, 100.0), viewport_anchor=(0.0, 100.0), scrolls_up=False)
    """
    settings = region.settings
    return Box(
        width=_percentage(settings.get("width", "100%")) or 0.0,
        lines=float(settings.get("lines", "3")),
        anchor=_anchor(settings.get("regionanchor", "")) or (0.0, 100.0),
        viewport_anchor=_anchor(settings.get("viewportanchor", "")) or (0.0, 100.0),
        scrolls_up="scroll" in settings,
    )


def _with_alignment(value: str, before: str) -> str:
    """A later ``line:`` or ``position:`` without an alignment keeps the alignment of the earlier one."""
    alignment = before.partition(",")[2]
    return f"{value},{alignment}" if alignment and "," not in value else value


def _percentage(text: str) -> float | None:
    number = text.removesuffix("%")
    if number == text or not _NUMBER.fullmatch(number) or float(number) > 100:
        return None
    return float(number)


def _line_number(text: str) -> float | None:
    """A percentage, or a number of lines that may be negative and must be finite."""
    if text.endswith("%"):
        return _percentage(text)
    if not _NUMBER.fullmatch(text.removeprefix("-")) or not math.isfinite(float(text)):
        return None
    return float(text)


def _anchor(text: str) -> tuple[float, float] | None:
    x, _, y = text.partition(",")
    across, down = _percentage(x), _percentage(y)
    return None if across is None or down is None else (across, down)


def _is_line(value: str) -> bool:
    number, comma, alignment = value.partition(",")
    return _line_number(number) is not None and (not comma or alignment in _LINE_ALIGNMENTS)


def _is_position(value: str) -> bool:
    number, comma, alignment = value.partition(",")
    return _percentage(number) is not None and (not comma or alignment in _POSITION_ALIGNMENTS)


def _is_percentage(value: str) -> bool:
    return _percentage(value) is not None


def _is_anchor(value: str) -> bool:
    return _anchor(value) is not None


_VALID: dict[str, Callable[[str], bool]] = {
    "vertical": ("rl", "lr").__contains__,
    "line": _is_line,
    "position": _is_position,
    "size": _is_percentage,
    "align": _TEXT_ALIGNMENTS.__contains__,
}
_VALID_IN_REGION: dict[str, Callable[[str], bool]] = {
    "width": _is_percentage,
    "lines": lambda value: value.isascii() and value.isdigit(),
    "regionanchor": _is_anchor,
    "viewportanchor": _is_anchor,
    "scroll": ("up",).__contains__,
}
