"""Sets cues to the times of another edit of the film: moved with what is heard, shortened at cuts, never invented."""

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from localization.formats import Cue, Document
from localization.formats.clock import clock, collect_timestamp
from localization.formats.scanning import Scanner
from titles.media.aligning import Fate, Passage

#: What is left of a cue has to be seen for so long, or it is dropped.
_SHORTEST_MS = 300
#: A cue goes on over a seam in the new film that is no wider than this.
_SEAM_MS = 200
_FOREVER_MS = 10**9
_TIMESTAMP = re.compile(r"<([0-9:.]+)>")


class Outcome(enum.StrEnum):
    SAME = "same"
    SHIFTED = "shifted"
    CLIPPED = "clipped"
    """A part of it is in what was removed, or something was inserted in the middle of it."""
    DROPPED = "dropped"
    """Nothing of it is left to be seen."""
    UNSURE = "unsure"
    """Something else is heard where it was; it has the shift of what is around it."""


TOUCHED = (Outcome.CLIPPED, Outcome.DROPPED, Outcome.UNSURE)


@dataclass(frozen=True)
class Moved:
    """One cue before and after; after is None where it was dropped."""

    number: int
    before: Cue
    after: Cue | None
    outcome: Outcome


@dataclass(frozen=True)
class Retimed:
    """A document at the times of another edit, and what became of every cue."""

    document: Document
    cues: tuple[Moved, ...]

    def count(self, *outcomes: str) -> int:
        return sum(moved.outcome in outcomes for moved in self.cues)

    @property
    def is_unchanged(self) -> bool:
        return self.count(Outcome.SAME) == len(self.cues)

    @property
    def touched(self) -> list[Moved]:
        """Those that are not simply at another time."""
        return [moved for moved in self.cues if moved.outcome in TOUCHED]

    @property
    def first_shifted(self) -> Moved | None:
        return next((moved for moved in self.cues if moved.outcome == Outcome.SHIFTED), None)


def retimed(document: Document, passages: Sequence[Passage], *, duration_ms: int | None = None) -> Retimed:
    """Set ``document`` to the times that ``passages`` lead to; ``duration_ms`` is the length of the new picture."""
    ways = list(_ways(passages, duration_ms or _FOREVER_MS))
    cues = tuple(_moved(number, cue, ways) for number, cue in enumerate(document.cues, start=1))
    kept = sorted((moved.after for moved in cues if moved.after is not None), key=lambda cue: cue.start_ms)
    return Retimed(replace(document, cues=kept, repairs=[]), cues)


@dataclass(frozen=True)
class _Way:
    """How times of a stretch of the old film become times of the new one."""

    start_ms: int
    end_ms: int
    shift_ms: int
    from_ms: int
    """In the new film nothing of it is before this."""
    until_ms: int
    is_guess: bool

    def take(self, cue: Cue) -> tuple[int, int] | None:
        """The part of ``cue`` that is in the stretch, at its new times; None where there is none."""
        start_ms = max(cue.start_ms, self.start_ms) + self.shift_ms
        end_ms = min(cue.end_ms, self.end_ms) + self.shift_ms
        start_ms, end_ms = max(start_ms, self.from_ms), min(end_ms, self.until_ms)
        return (start_ms, end_ms) if start_ms < end_ms else None


def _ways(passages: Sequence[Passage], duration_ms: int) -> Iterator[_Way]:
    """What was found goes with its sound; what was not, with what is before it, between what was found around it."""
    last = len(passages) - 1
    for place, passage in enumerate(passages):
        before = next((each for each in reversed(passages[:place]) if each.shift_ms is not None), None)
        after = next((each for each in passages[place + 1 :] if each.shift_ms is not None), None)
        start_ms = passage.start_ms if place else 0
        end_ms = passage.end_ms if place < last else _FOREVER_MS  # pictures may outlast the sound
        if passage.shift_ms is not None:
            yield _Way(start_ms, end_ms, passage.shift_ms, 0, duration_ms, is_guess=False)
        elif passage.fate == Fate.NOT_FOUND:
            neighbor = before or after
            yield _Way(
                start_ms,
                end_ms,
                (neighbor.shift_ms or 0) if neighbor else 0,
                (before.new_end_ms or 0) if before else 0,
                min(duration_ms, after.new_start_ms) if after and after.new_start_ms is not None else duration_ms,
                is_guess=True,
            )


def _moved(number: int, cue: Cue, ways: Sequence[_Way]) -> Moved:
    parts = [(part, way) for way in ways if (part := way.take(cue)) is not None]
    merged = _merged([part for part, _way in parts])
    if not merged:
        return Moved(number, cue, None, Outcome.DROPPED)
    start_ms, end_ms = max(merged, key=lambda part: part[1] - part[0])
    whole = len(merged) == 1 and end_ms - start_ms == cue.end_ms - cue.start_ms
    if not whole and end_ms - start_ms < min(_SHORTEST_MS, cue.end_ms - cue.start_ms):
        return Moved(number, cue, None, Outcome.DROPPED)
    after = replace(cue, start_ms=start_ms, end_ms=end_ms, text=_text(cue, ways, start_ms, end_ms))
    if any(way.is_guess for _part, way in parts):
        return Moved(number, cue, after, Outcome.UNSURE)
    if not whole and not _only_stretched(cue, after, merged):
        return Moved(number, cue, after, Outcome.CLIPPED)
    return Moved(number, cue, after, Outcome.SAME if after == cue else Outcome.SHIFTED)


def _only_stretched(before: Cue, after: Cue, merged: Sequence[tuple[int, int]]) -> bool:
    """Whether a seam in it makes no difference that anybody sees: less than two pictures."""
    longer_ms = (after.end_ms - after.start_ms) - (before.end_ms - before.start_ms)
    return len(merged) == 1 and abs(longer_ms) < 2 * 40


def _merged(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join parts that follow each other closely in the new film."""
    joined: list[tuple[int, int]] = []
    for start_ms, end_ms in sorted(parts):
        if joined and start_ms - joined[-1][1] <= _SEAM_MS:
            joined[-1] = (joined[-1][0], max(end_ms, joined[-1][1]))
        else:
            joined.append((start_ms, end_ms))
    return joined


def _text(cue: Cue, ways: Sequence[_Way], start_ms: int, end_ms: int) -> str:
    """The text, with the times inside it moved as well; those that are no longer within the cue go."""

    def at_its_new_time(found: re.Match[str]) -> str:
        time_ms = collect_timestamp(Scanner(found[1]))
        if time_ms is None:
            return found[0]
        way = next((way for way in ways if way.start_ms <= time_ms < way.end_ms), None)
        moved_ms = time_ms + way.shift_ms if way else start_ms
        return f"<{clock(moved_ms)}>" if start_ms < moved_ms < end_ms else ""

    return _TIMESTAMP.sub(at_its_new_time, cue.text)
