"""Putting cues in order of their start, and saying what is odd about their times."""

from localization.formats.document import Cue
from localization.formats.repairs import Repairs

Placed = tuple[int, Cue]


def in_order(placed: list[Placed], repairs: Repairs) -> list[Cue]:
    """Return the cues sorted by start, the order of the file deciding between equals.

    ``placed`` pairs each cue with the line that its times stand on. No time is changed: which of two wrong
    times is right only a person knows.
    """
    latest_ms = 0
    for line, cue in placed:
        if cue.start_ms < latest_ms:
            repairs.note("the cue stood below a later one and was moved up.", line=line)
        latest_ms = max(latest_ms, cue.start_ms)
        _note_duration(line, cue, repairs)
    ordered = sorted(placed, key=lambda pair: pair[1].start_ms)
    _note_overlaps(ordered, repairs)
    return [cue for _, cue in ordered]


def _note_duration(line: int, cue: Cue, repairs: Repairs) -> None:
    if cue.end_ms < cue.start_ms:
        repairs.note("the cue ends before it starts; its times were kept as written.", line=line)
    elif cue.end_ms == cue.start_ms:
        repairs.note("the cue ends as it starts, so nobody sees it; its times were kept.", line=line)


def _note_overlaps(ordered: list[Placed], repairs: Repairs) -> None:
    end_ms = 0
    for line, cue in ordered:
        if cue.start_ms < end_ms:
            repairs.note("the cue starts before an earlier one has ended; both were kept.", line=line)
        end_ms = max(end_ms, cue.end_ms)
