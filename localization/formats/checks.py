"""What is wrong with a document whatever its language: times that no picture can show."""

from collections.abc import Iterator
from typing import NamedTuple

from localization.formats.clock import clock
from localization.formats.document import Cue, Document


class Problem(NamedTuple):
    """``cue`` counts from 1 and is None where the document as a whole is meant.

    ``measured`` and ``limit`` are milliseconds, for the rule ``no cues`` numbers of cues.
    """

    rule: str
    cue: int | None
    measured: int
    limit: int
    sentence: str


def problems(document: Document, *, duration_ms: int | None = None) -> list[Problem]:
    """Return what is wrong with the times of ``document``, in order of its cues.

    ``duration_ms`` is the length of the picture; without it no cue can lie after the end. The rules:
    ``no cues``, ``ends before it starts`` (or as it starts), ``after the end``, ``overlap`` (with any
    earlier cue).

    >>> [(found.rule, found.cue, found.measured, found.limit) for found in problems(
    ...     Document([Cue(0, 2_000, "a"), Cue(1_500, 9_000, "b")]), duration_ms=8_000)]
    [('overlap', 2, 1500, 2000), ('after the end', 2, 9000, 8000)]
    """
    if not document.cues:
        return [Problem("no cues", None, 0, 1, "There is not one subtitle in this document.")]
    found: list[Problem] = []
    earlier_end_ms = 0
    for number, cue in enumerate(document.cues, start=1):
        found.extend(_of_cue(number, cue, earlier_end_ms, duration_ms))
        earlier_end_ms = max(earlier_end_ms, cue.end_ms)
    return found


def _of_cue(number: int, cue: Cue, earlier_end_ms: int, duration_ms: int | None) -> Iterator[Problem]:
    start, end = clock(cue.start_ms), clock(cue.end_ms)
    if cue.end_ms <= cue.start_ms:
        sentence = f"Cue {number} starts at {start} and ends at {end}, so it is never seen."
        yield Problem("ends before it starts", number, cue.end_ms, cue.start_ms, sentence)
    if cue.start_ms < earlier_end_ms:
        sentence = f"Cue {number} starts at {start}, before an earlier one ends at {clock(earlier_end_ms)}."
        yield Problem("overlap", number, cue.start_ms, earlier_end_ms, sentence)
    if duration_ms is not None and cue.end_ms > duration_ms:
        sentence = f"Cue {number} ends at {end}, after the picture's end at {clock(duration_ms)}."
        yield Problem("after the end", number, cue.end_ms, duration_ms, sentence)
