"""Reads WebVTT as a browser does.

WebVTT, W3C Candidate Recommendation, section 6.1 (file parsing). What a browser passes over in silence is
passed over here too, but noted for the person who imports the file.
"""

from localization.formats.clock import collect_timestamp
from localization.formats.cue_settings import read_region, read_settings
from localization.formats.document import Cue, Document, Region, Unreadable
from localization.formats.ordering import Placed, in_order
from localization.formats.repairs import Repairs
from localization.formats.scanning import ASCII_WHITESPACE, Scanner

SIGNATURE = "WEBVTT"


def is_webvtt(text: str) -> bool:
    """Whether ``text`` starts with the signature that every WebVTT file must carry.

    >>> is_webvtt("WEBVTT - Episode 1"), is_webvtt("WEBVTTX"), is_webvtt(" WEBVTT")
    (True, False, False)
    """
    return text.startswith(SIGNATURE) and text[len(SIGNATURE) : len(SIGNATURE) + 1] in ("", " ", "\t", "\n")


def read_webvtt(text: str, repairs: Repairs) -> Document:
    """Read ``text``, whose lines end in LF and which holds no NUL.

    Raises Unreadable when the signature is missing; nothing else about a WebVTT file is fatal.
    """
    if not is_webvtt(text):
        raise Unreadable(
            "A WebVTT file must start with the word WEBVTT alone in capitals. "
            "Add that line at the top, or name the file .srt if it is an SRT file."
        )
    file = _File(text.split("\n"), repairs)
    file.read()
    return Document(in_order(file.cues, repairs), file.regions, file.styles, file.notes)


class _File:
    """One file being read: ``at`` is the index of the next line, the rest is what was found so far."""

    def __init__(self, lines: list[str], repairs: Repairs) -> None:
        self.lines = lines
        self.repairs = repairs
        self.at = 0
        self.cues: list[Placed] = []
        self.regions: list[Region] = []
        self.identifiers: set[str] = set()
        self.styles: list[str] = []
        self.notes: list[str] = []

    def read(self) -> None:
        self._read_header()
        while self.at < len(self.lines):
            if self.lines[self.at]:
                self._read_block()
            else:
                self.at += 1

    def _read_header(self) -> None:
        """Pass the signature's line and what follows it, up to a blank line or the first times."""
        self.at = 1
        while self.at < len(self.lines) and self.lines[self.at] and "-->" not in self.lines[self.at]:
            self._note_header_line(self.lines[self.at])
            self.at += 1

    def _note_header_line(self, line: str) -> None:
        if line.startswith("X-TIMESTAMP-MAP"):
            remark = "X-TIMESTAMP-MAP was taken out, for it moves every cue in some players; check the timing."
        else:
            remark = "the line of the file's header was left out."
        self.repairs.note(remark, line=self.at + 1)

    def _read_block(self) -> None:
        """Read one block, the lines up to a blank one or up to times that must belong to the next block."""
        start = self.at
        times_at = next((at for at in (start, start + 1) if "-->" in self._line(at)), None)
        self.at = start if times_at is None else times_at + 1
        while self._line(self.at) and "-->" not in self._line(self.at):
            self.at += 1
        if times_at is None:
            self._take_words(start)
        else:
            self._take_cue(start, times_at)

    def _line(self, at: int) -> str:
        return self.lines[at] if at < len(self.lines) else ""

    def _take_cue(self, start: int, times_at: int) -> None:
        times = _read_times(self.lines[times_at])
        if times is None:
            self.repairs.note("the times cannot be read, so the cue was left out.", line=times_at + 1)
            return
        start_ms, end_ms, rest = times
        settings = read_settings(rest, self.identifiers)
        for word in settings.unknown:
            self.repairs.note(f"the cue setting {word[:40]} is unknown and was left out.", line=times_at + 1)
        text = "\n".join(self.lines[times_at + 1 : self.at])
        identifier = self.lines[start] if start < times_at else ""
        self.cues.append((times_at + 1, Cue(start_ms, end_ms, text, identifier, settings.valid)))

    def _take_words(self, start: int) -> None:
        """Take a block without times: a style sheet, a region, a comment, or stray words."""
        first, *body = self.lines[start : self.at]
        kind = first.rstrip("".join(ASCII_WHITESPACE))
        if kind in ("STYLE", "REGION") and body and not self.cues:
            self._take_definition(kind, "\n".join(body))
        elif kind == "NOTE" or first.startswith(("NOTE ", "NOTE\t")):
            self.notes.append("\n".join([first[len("NOTE ") :], *body]).strip("\n"))
        elif kind in ("STYLE", "REGION"):
            self.repairs.note(
                f"a {kind} block counts only above the first cue and with lines of its own; it was left out.",
                line=start + 1,
            )
        else:
            self.repairs.note("the words belong to no cue and were left out.", line=start + 1)

    def _take_definition(self, kind: str, body: str) -> None:
        if kind == "STYLE":
            self.styles.append(body)
        else:
            region = read_region(body)
            self.regions.append(region)
            self.identifiers.add(region.identifier)


def _read_times(line: str) -> tuple[int, int, str] | None:
    """Return start, end and what follows them on a line of times, or None if the line is broken.

    WebVTT section 6.3, "collect WebVTT cue timings and settings".
    """
    scanner = Scanner(line)
    scanner.take(ASCII_WHITESPACE)
    start_ms = collect_timestamp(scanner)
    if start_ms is None:
        return None
    scanner.take(ASCII_WHITESPACE)
    if not scanner.eat("-->"):
        return None
    scanner.take(ASCII_WHITESPACE)
    end_ms = collect_timestamp(scanner)
    return None if end_ms is None else (start_ms, end_ms, scanner.rest)
