"""The text of an SRT cue: its tags read into WebVTT cue text, and written back.

SRT has no way to write a literal ``<i>``. What cannot be said is said as nearly as possible and reported.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from localization.formats import cue_text
from localization.formats.srt_times import reads_as_times

KEPT = ("b", "i", "u")

# Tags that are met in SRT files but that SRT players do not agree on. Any other word in angle brackets is
# what somebody says or hears, <whispers> for example, and stays.
DROPPED = (
    *("a", "big", "br", "c", "center", "color", "div", "em", "font", "lang", "p", "rb", "rp", "rt", "ruby"),
    *("s", "small", "span", "strike", "strong", "sub", "sup", "tt", "v"),
)

# The tags of WebVTT whose annotation is plain words.
_ANNOTATED = ("lang", "v")

# A tag ends before the next "<", an override block before the next "{", so no character is looked at by
# more than two attempts: the time stays linear on "<<<<<<" or "{\{\{\".
_NAMES = "|".join(sorted((*KEPT, *DROPPED), key=len, reverse=True))
_MARKUP = re.compile(rf"<(/?)({_NAMES})([ \t./][^<>\n]*)?>|\{{\\([^<{{}}\n]*)\}}", re.IGNORECASE)

LIKE_MARKUP = "words that would read as markup"
LIKE_TIMES = "words that would read as times"

_PLACE = re.compile(r"an([1-9])")

# {\anN} counts like the keys of a number pad; 2, below in the middle, is where a cue stands anyway.
_COLUMNS: tuple[dict[str, str], ...] = (
    {"position": "0%", "align": "left"},
    {},
    {"position": "100%", "align": "right"},
)
_ROWS: tuple[dict[str, str], ...] = ({}, {"line": "50%,center"}, {"line": "0"})
PLACES = {row * 3 + column + 1: _ROWS[row] | _COLUMNS[column] for row in range(3) for column in range(3)}


class FromSrt(NamedTuple):
    """Cue text, the WebVTT settings of its ``{\\anN}``, and what was left out or mended."""

    text: str
    settings: dict[str, str]
    remarks: list[str]


class ToSrt(NamedTuple):
    """The text of an SRT cue, and the names of what SRT cannot hold."""

    text: str
    lost: list[str]


def from_srt(text: str) -> FromSrt:
    """Read the text of an SRT cue, its lines parted by LF.

    ``<i>``, ``<b>`` and ``<u>`` are kept and balanced; ``{\\an1}`` to ``{\\an9}`` become settings.

    >>> from_srt("{\\\\an8}<I>AT&T<3")
    FromSrt(text='<i>AT&T&lt;3</i>', settings={'line': '0'}, remarks=['an open <i> was closed at the end of the cue.'])
    """
    reading = _Reading()
    reading.read(text)
    if not reading.something_went:
        return FromSrt("".join(reading.pieces), reading.settings, reading.remarks)
    # Where a tag was taken out, its neighbors may have joined to something that reads as markup. Writing
    # the cue once disarms that, and reading it again gives the text that all later round trips keep.
    written = to_srt("".join(reading.pieces))
    again = _Reading()
    again.read(written.text)
    changed = [f"{what} were changed." for what in written.lost if what in (LIKE_MARKUP, LIKE_TIMES)]
    return FromSrt("".join(again.pieces), reading.settings, reading.remarks + changed)


def to_srt(text: str) -> ToSrt:
    """Write cue text as the text of an SRT cue.

    >>> to_srt("<v Ann>Tom &amp; <i>Jerry</i></v>")
    ToSrt(text='Tom & <i>Jerry</i>', lost=['the names of speakers'])
    """
    writing = _Writing()
    writing.write(text)
    return ToSrt(writing.finished(), writing.lost)


def _markup(text: str) -> Iterator[re.Match[str]]:
    """Find tags and override blocks. ``<i>`` and ``<i class=x>`` are tags, ``<I love you>`` is speech."""
    for found in _MARKUP.finditer(text):
        name, attributes = found[2], (found[3] or "").strip(" \t/")
        if not attributes or "=" in attributes or attributes[0] == "." or name.lower() in _ANNOTATED:
            yield found


class _Reading:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.depth = dict.fromkeys(KEPT, 0)
        self.settings: dict[str, str] = {}
        self.remarks: list[str] = []
        self.something_went = False

    def read(self, text: str) -> None:
        at = 0
        for found in _markup(text):
            self.words.append(text[at : found.start()])
            at = found.end()
            slash, name, _, override = found.groups()
            if override is not None:
                self._override(override)
            elif name.lower() not in KEPT:
                self._drop(name.lower())
            elif slash:
                self._close(name.lower())
            else:
                self._open(name.lower())
        self.words.append(text[at:])
        self._end_open_tags()

    def _say_words(self) -> None:
        self.pieces.append(cue_text.literal("".join(self.words)))
        self.words.clear()

    def _override(self, override: str) -> None:
        place = _PLACE.fullmatch(override)
        if place and not self.settings:
            self.settings = dict(PLACES[int(place[1])])
        else:
            self.remarks.append(f"{{\\{override[:20]}}} means nothing in SRT and was left out.")
        self.something_went = True

    def _drop(self, name: str) -> None:
        if name == "br":
            self.words.append("\n")
        self.remarks.append(f"the tag <{name}> was left out.")
        self.something_went = True

    def _open(self, name: str) -> None:
        self.depth[name] += 1
        if self.depth[name] > 1:
            self.something_went = True
            return
        self._say_words()
        self.pieces.append(f"<{name}>")
        self.open.append(name)

    def _close(self, name: str) -> None:
        if self.depth[name] == 0:
            self.remarks.append(f"a </{name}> that closed nothing was left out.")
            self.something_went = True
            return
        self.depth[name] -= 1
        if self.depth[name] == 0:
            self._say_words()
            self._close_across(name)

    def _close_across(self, name: str) -> None:
        """Close ``name`` even where tags overlap: what was opened inside it is closed and opened anew."""
        inner = self.open[self.open.index(name) + 1 :]
        self.pieces.extend(f"</{tag}>" for tag in (*reversed(inner), name))
        self.pieces.extend(f"<{tag}>" for tag in inner)
        self.open.remove(name)

    def _end_open_tags(self) -> None:
        self._say_words()
        for name in reversed(self.open):
            self.remarks.append(f"an open <{name}> was closed at the end of the cue.")
            self.pieces.append(f"</{name}>")


_LOSSES = {
    "c": "classes of style",
    "v": "the names of speakers",
    "lang": "the language of single words",
    "ruby": "the readings of ruby",
    "rt": "the readings of ruby",
}


class _Writing:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.words: list[str] = []
        self.depth = {name: 0 for name in (*KEPT, "rt")}
        self.lost: list[str] = []

    def write(self, text: str) -> None:
        for node, opens in cue_text.steps(text):
            if isinstance(node, cue_text.Text):
                if not self.depth["rt"]:
                    self.words.append(node.value)
            elif isinstance(node, cue_text.Timestamp):
                self._lose("times inside the text")
            elif opens:
                self._open(node)
            else:
                self._close(node.name)
        self._say_words()

    def finished(self) -> str:
        """Return the lines, none of them blank and none of them to be taken for times."""
        lines = "".join(self.pieces).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        said = [line for line in lines if line.strip()]
        if len(said) < len(lines) and lines != [""]:
            self._lose("blank lines")
        return "\n".join(map(self._disarmed, said))

    def _open(self, span: cue_text.Span) -> None:
        if span.name in _LOSSES:
            self._lose(_LOSSES[span.name])
        if span.classes:
            self._lose(_LOSSES["c"])
        if span.name in self.depth:
            self.depth[span.name] += 1
            if span.name in KEPT and self.depth[span.name] == 1:
                self._say_words()
                self.pieces.append(f"<{span.name}>")

    def _close(self, name: str) -> None:
        if name in self.depth:
            self.depth[name] -= 1
            if name in KEPT and self.depth[name] == 0:
                self._say_words()
                self.pieces.append(f"</{name}>")

    def _say_words(self) -> None:
        words = "".join(self.words)
        self.words.clear()
        if any(_markup(words)):
            words = words.replace("<", "‹").replace("{\\", "(\\")
            self._lose(LIKE_MARKUP)
        self.pieces.append(words)

    def _disarmed(self, line: str) -> str:
        if not reads_as_times(line):
            return line
        self._lose(LIKE_TIMES)
        return "· " + line.replace("-->", "-- >")

    def _lose(self, what: str) -> None:
        if what not in self.lost:
            self.lost.append(what)
