"""Byte ranges as HTTP asks for them (RFC 9110, section 14). Arithmetic only."""

import re
from typing import NamedTuple

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class Slice(NamedTuple):
    """Bytes of a file; ``last`` is included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class OutOfRange(Exception):
    """The range begins after the file's end."""


def asked_slice(header: str, size: int) -> Slice | None:
    """Return the one range that ``header`` asks for of a file of ``size`` bytes.

    None means the whole file: nothing was asked for, or several ranges, or something that is no range of bytes; a
    server may ignore those. Raises OutOfRange.

    >>> asked_slice("bytes=10-19", 100), asked_slice("bytes=90-", 100), asked_slice("bytes=-30", 100)
    (Slice(first=10, last=19), Slice(first=90, last=99), Slice(first=70, last=99))
    >>> asked_slice("bytes=90-5000", 100)
    Slice(first=90, last=99)
    >>> asked_slice("bytes=20-10", 100), asked_slice("bytes=0-1,5-6", 100), asked_slice("", 100)
    (None, None, None)
    """
    asked = _RANGE.fullmatch(header)
    if asked is None or asked[0] == "bytes=-":
        return None
    start, end = asked.groups()
    if start and end and int(start) > int(end):
        return None
    first = int(start) if start else max(0, size - int(end))
    last = min(int(end), size - 1) if start and end else size - 1
    if first >= size:
        raise OutOfRange
    return Slice(first, last)
