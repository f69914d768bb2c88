"""The line of times of an SRT cue, in every shape that editors and translation tools give it.

SRT has no standard. The common form is ``00:00:01,000 --> 00:00:02,500``; what else is understood here was
met in files: a point for the comma, hours left out, spaces after colons, full-width digits and colons, a
damaged arrow, 60 in the seconds, more or fewer than three decimals, WebVTT settings or coordinates behind.
"""

from typing import NamedTuple

from localization.formats.clock import LONGEST_HOURS, milliseconds
from localization.formats.document import Unreadable
from localization.formats.scanning import ASCII_DIGITS, Scanner

_BLANK_CHARACTERS = " \t\u00a0\u3000"
_BLANKS = frozenset(_BLANK_CHARACTERS)
_BETWEEN_TIMES = _BLANKS | frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212=>\u2192\u27f6~&gt;")
_UNUSUAL = "the times were written in an unusual way."
_FULL_WIDTH = str.maketrans("０１２３４５６７８９：，．－＞", "0123456789:,.->")


class Times(NamedTuple):
    """``rest`` is what follows the times; ``remarks`` say how the line strays from the common form."""

    start_ms: int
    end_ms: int
    rest: str
    remarks: list[str]


class _Clock(NamedTuple):
    """A time as written: groups of digits, and the mark before the last one when that holds decimals."""

    groups: list[str]
    decimals: str
    mark: str


def read_times(line: str, number: int = 1) -> Times | None:
    """Read a line of times, or return None when the line is text. ``number`` is its place in the file.

    Raises Unreadable when the line is plainly meant as times but does not say two of them.

    >>> read_times("00:01,5 --> 00:02,500 X1:40")[:3]
    (1500, 2500, 'X1:40')
    >>> read_times("At 10:30 --> leave") is None
    True
    """
    text = line.translate(_FULL_WIDTH) if not line.isascii() else line
    if ":" not in text or text.lstrip(_BLANK_CHARACTERS).removeprefix("-")[:1] not in ASCII_DIGITS:
        return None
    scanner = Scanner(text)
    remarks: list[str] = []
    times_ms = _two_times_ms(scanner, remarks)
    if times_ms:
        if text[: scanner.at] != line[: scanner.at]:
            remarks.append(_UNUSUAL)
        return Times(*times_ms, line[scanner.at :].strip(), remarks)
    if _is_meant_as_times(text):
        raise Unreadable(
            f"Line {number}: the times “{line.strip()[:60]}” cannot be read. "
            "Write them like 00:00:01,000 --> 00:00:02,500.",
            number,
        )
    return None


def _two_times_ms(scanner: Scanner, remarks: list[str]) -> tuple[int, int] | None:
    """Step over two times with an arrow between them; None unless they make up a line of times."""
    scanner.take(_BLANKS)
    first = _clock(scanner)
    between = scanner.take(_BETWEEN_TIMES)
    second = _clock(scanner) if between else None
    ends_well = scanner.at_end() or scanner.text[scanner.at] in _BLANKS
    if first is None or second is None or not ends_well:
        return None
    if between.strip(_BLANK_CHARACTERS) != "-->":
        if not (first.decimals and second.decimals):
            return None  # opening hours on a shop's door, 9:00 - 17:00
        remarks.append(_UNUSUAL)
    start_ms, end_ms = _time_ms(first, remarks), _time_ms(second, remarks)
    return None if start_ms is None or end_ms is None else (start_ms, end_ms)


def _is_meant_as_times(line: str) -> bool:
    left, arrow, right = line.partition("-->")
    return bool(arrow) and (left.count(":") >= 2 or right.strip()[:1] in ASCII_DIGITS)


def reads_as_times(line: str) -> bool:
    """Whether a reader would take ``line`` for times, whole or damaged, rather than for text."""
    try:
        return read_times(line) is not None
    except Unreadable:
        return True


def _clock(scanner: Scanner) -> _Clock | None:
    """Step over digits parted by colons, with decimals behind a comma or point."""
    groups = [scanner.take(ASCII_DIGITS)]
    while _steps_over(scanner, ":"):
        groups.append(scanner.take(ASCII_DIGITS))
    if len(groups) < 2 or not all(groups):
        return None
    if len(groups) == 4:
        return _Clock(groups[:3], groups[3], ":")
    for mark in ",.":
        if _steps_over(scanner, mark):
            return _Clock(groups, scanner.take(ASCII_DIGITS), mark)
    return _Clock(groups, "", "")


def _steps_over(scanner: Scanner, mark: str) -> bool:
    """Step over ``mark`` and the blanks around it, if it comes next and a digit follows."""
    before = scanner.at
    scanner.take(_BLANKS)
    if scanner.eat(mark):
        scanner.take(_BLANKS)
        if scanner.next_is("0123456789"):
            return True
    scanner.at = before
    return False


def _time_ms(clock: _Clock, remarks: list[str]) -> int | None:
    """Return a time in milliseconds, adding to ``remarks`` what is unusual about it; None if it is none."""
    if len(clock.groups) > 3 or any(len(group) > LONGEST_HOURS for group in clock.groups):
        return None
    if clock.mark == ":" and len(clock.decimals) != 3:
        return None  # a fourth group of two digits counts frames, and nobody says how long one is
    *hours, minutes, seconds = map(int, clock.groups)
    remarks.extend(_oddities(clock, minutes, seconds))
    return milliseconds(sum(hours), minutes, seconds, int(clock.decimals[:3].ljust(3, "0")))


def _oddities(clock: _Clock, minutes: int, seconds: int) -> list[str]:
    remarks = []
    if clock.mark in (".", ":"):
        remarks.append("the decimals of the times stood behind a point or colon instead of a comma.")
    if len(clock.groups) == 2:
        remarks.append("the hours were missing from the times.")
    if len(clock.decimals) != 3:
        remarks.append("the times did not have three decimals; they were read as parts of a second.")
    if minutes > 59 or seconds > 59:
        remarks.append("the times had 60 or more minutes or seconds, which were carried over.")
    return remarks
