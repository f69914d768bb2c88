"""Where the passages of an old edit are in a new one, found by their sound alone.

For each second of the old sound the place in the new one is sought at which most bits agree; the offsets found are
candidates. One path through the old sound then says for each step which offset it has, or that it is nowhere, so that
what is found never goes back in time. A shift is exact to a few milliseconds and an edge to 20 ms, as long as something
is heard on both sides of it. Scenes that changed places are not followed, nor is a film that runs at another speed.
"""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from titles.media.soundprint import BITS, HOP_MS, Soundprint

#: Steps in a window that is sought, and steps from one to the next.
_WINDOW = 100
_EVERY = 25
_STEP_BYTES = BITS // 8
#: Of unrelated sounds half of the bits agree by chance; the best of many thousand places has no more than 0.6.
_ALIKE = 0.33
_ALIKE_AT_ONCE = 0.22
_MOST_CANDIDATES = 16
#: What a step costs that is nowhere (the same step costs about 0.1, an unrelated one 0.5), and one in which nothing
#: is heard: in both sounds, in the new one alone, in the old one where it is nowhere.
_LOST = 0.32
_LOST_SILENT = 0.15
_SILENT = 0.1
_ADDED = 0.25
#: What it costs to be lost and come back, and to jump over what was removed or inserted: so many steps' worth.
_TURN = 18.0
_JUMP = 7.0
#: How far an edge is moved at most, in steps.
_NEAR = 12
_SNAP_MS = 5
_SAME_PLACE_MS = 60


class Fate(enum.StrEnum):
    FOUND = "found"
    REMOVED = "removed"
    NOT_FOUND = "not found"
    """Something else is heard in its place."""


@dataclass(frozen=True)
class Passage:
    """A stretch of the old sound, the end exclusive; together they cover all of it."""

    start_ms: int
    end_ms: int
    fate: Fate
    shift_ms: int | None = None
    """What to add to an old time; None unless it was found."""

    @property
    def new_start_ms(self) -> int | None:
        return None if self.shift_ms is None else self.start_ms + self.shift_ms

    @property
    def new_end_ms(self) -> int | None:
        return None if self.shift_ms is None else self.end_ms + self.shift_ms

    def to_json(self) -> dict[str, Any]:
        return {"start_ms": self.start_ms, "end_ms": self.end_ms, "fate": str(self.fate), "shift_ms": self.shift_ms}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Passage":
        return cls(stored["start_ms"], stored["end_ms"], Fate(stored["fate"]), stored["shift_ms"])


@dataclass(frozen=True)
class Aligned:
    """How two edits belong together."""

    passages: tuple[Passage, ...]
    confidence: float
    """How much of what is heard in the old sound was found, and how alike it is: 0 (unrelated) to 1 (the same)."""


def align(old: Soundprint, new: Soundprint) -> Aligned:
    """Find every passage of ``old`` in ``new``."""
    runs = _sharpened(old, new, _Path(old, new, _candidates(old, new)).runs())
    return Aligned(tuple(_passages(old, new, runs)), _confidence(old, new, runs))


Run = tuple[int, int, int | None]
"""First step, step after the last, and by how many steps later the same is heard in the new sound."""


class _Step(NamedTuple):
    """How a state is reached: at what price, from which state, and over how many steps that are removed."""

    price: float
    place: int
    missing: int = 0


# Candidates


def _candidates(old: Soundprint, new: Soundprint) -> list[int]:
    """The offsets at which seconds of ``old`` are heard in ``new``, 0 always among them."""
    places = _windows(new)
    votes: Counter[int] = Counter({0: 1})
    last = 0
    for start in range(0, max(1, len(old.bits) - _WINDOW + 1), _EVERY):
        window, mask = _window(old, start)
        heard = mask.bit_count()
        if heard < BITS * _WINDOW // 5:
            continue
        near = range(start + last - 2, start + last + 3)
        best = _best(window, mask, places, near)
        if best is None or best[0] > _ALIKE_AT_ONCE * heard:
            best = _best(window, mask, places, range(len(places)))
        if best is not None and best[0] <= _ALIKE * heard:
            last = best[1] - start
            votes[last] += 1
    return _peaks(votes)


def _best(window: int, mask: int, places: Sequence[int], where: range) -> tuple[int, int] | None:
    """The fewest differing bits, and the place that has them."""
    inside = range(max(0, where.start), min(where.stop, len(places)))
    return min(((((window ^ places[place]) & mask).bit_count()), place) for place in inside) if inside else None


def _peaks(votes: Counter[int]) -> list[int]:
    """The offsets with most votes, without those beside a better one."""
    chosen: list[int] = []
    for lag, _count in votes.most_common():
        if all(abs(lag - other) > 1 for other in chosen) and len(chosen) < _MOST_CANDIDATES:
            chosen.append(lag)
    return sorted(chosen)


def _windows(sound: Soundprint) -> list[int]:
    """The bits of a second from each step on, as one number each."""
    packed = b"".join(bits.to_bytes(_STEP_BYTES, "little") for bits in sound.bits)
    packed += bytes(_STEP_BYTES * _WINDOW)
    length = _STEP_BYTES * _WINDOW
    starts = range(0, _STEP_BYTES * max(1, len(sound.bits) - _WINDOW + 1), _STEP_BYTES)
    return [int.from_bytes(packed[start : start + length], "little") for start in starts]


def _window(sound: Soundprint, start: int) -> tuple[int, int]:
    """The bits of a second, and which of them are heard."""
    bits = mask = 0
    for place in range(min(_WINDOW, len(sound.bits) - start)):
        bits |= sound.bits[start + place] << (BITS * place)
        mask |= sound.heard[start + place] << (BITS * place)
    return bits, mask


# The path


def _cost(old: Soundprint, new: Soundprint, step: int, lag: int) -> float:
    """How little step ``step`` of ``old`` sounds like the one ``lag`` later in ``new``: 0 the same, 0.5 unrelated."""
    there = step + lag
    if not 0 <= there < len(new.bits):
        return 1.0
    telling = old.heard[step]
    differing = ((old.bits[step] ^ new.bits[there]) & telling).bit_count()
    added = (new.heard[there] & ~telling).bit_count()
    silent = BITS - telling.bit_count() - added
    return (differing + _ADDED * added + _SILENT * silent) / BITS


def _cost_lost(old: Soundprint, step: int) -> float:
    """What it costs to find step ``step`` of ``old`` nowhere: less than an unrelated step, more than the right one."""
    telling = old.heard[step].bit_count()
    return (_LOST * telling + _LOST_SILENT * (BITS - telling)) / BITS


class _Path:
    """The cheapest way through the old sound. At each step it is at one of ``lags``, or lost after one of them.

    What is found never goes back in time: from an offset to a smaller one it jumps over exactly what is removed, to a
    greater one directly, and whoever was lost comes back no earlier in the new sound than where they left it.
    """

    def __init__(self, old: Soundprint, new: Soundprint, lags: Sequence[int]) -> None:
        self._old, self._new, self._lags = old, new, lags
        self._lost_until: list[float] = [0.0]
        for step in range(len(old.bits)):
            self._lost_until.append(self._lost_until[-1] + _cost_lost(old, step))

    def runs(self) -> list[Run]:
        count = len(self._lags)
        found = [[0.0 if lag == 0 else _JUMP for lag in self._lags]]
        lost = [float("inf")] * count + [0.0]
        left = [0] * count + [-(10**9)]
        came: list[tuple[list[_Step], list[_Step]]] = []
        for step in range(len(self._old.bits)):
            to_found = [self._to_found(step, place, found, lost, left) for place in range(count)]
            to_lost = [self._to_lost(step, place, found[-1], lost) for place in range(count + 1)]
            left = [
                left[place] if origin.place >= count else step + self._lags[place]
                for place, origin in enumerate(to_lost)
            ]
            found.append(
                [
                    origin.price + _cost(self._old, self._new, step, lag)
                    for origin, lag in zip(to_found, self._lags, strict=True)
                ]
            )
            price = self._lost_until[step + 1] - self._lost_until[step]
            lost = [origin.price + price for origin in to_lost]
            came.append((to_found, to_lost))
        return self._followed(came, [*found[-1], *lost])

    def _to_found(self, step: int, place: int, found: list[list[float]], lost: list[float], left: list[int]) -> "_Step":
        """The cheapest way to be at offset ``place`` in ``step``."""
        lag, count = self._lags[place], len(self._lags)
        ways = [_Step(found[-1][place], place)]
        for other, earlier in enumerate(self._lags):
            missing = earlier - lag
            if missing < 0:
                ways.append(_Step(found[-1][other] + _JUMP, other))
            elif 0 < missing <= step:
                gone = self._lost_until[step] - self._lost_until[step - missing]
                ways.append(_Step(found[step - missing][other] + _JUMP + gone, other, missing))
        ways += [
            _Step(price + _TURN / 2, count + other) for other, price in enumerate(lost) if left[other] <= step + lag
        ]
        return min(ways)

    def _to_lost(self, step: int, place: int, found: list[float], lost: list[float]) -> "_Step":
        stays = _Step(lost[place], len(self._lags) + place)
        return stays if place == len(found) else min(stays, _Step(found[place] + _TURN / 2, place))

    def _followed(self, came: list[tuple[list["_Step"], list["_Step"]]], prices: list[float]) -> list[Run]:
        """Follow the path back from its cheapest end and join equal steps."""
        count = len(self._lags)
        state, step = prices.index(min(prices)), len(came) - 1
        at: list[int | None] = [None] * len(came)
        while step >= 0:
            at[step] = self._lags[state] if state < count else None
            origin = came[step][0][state] if state < count else came[step][1][state - count]
            state, step = origin.place, step - 1 - origin.missing
        edges = [0, *(step for step in range(1, len(at)) if at[step] != at[step - 1]), len(at)]
        return [(start, end, at[start]) for start, end in pairwise(edges) if end > start]


# Sharpening: the path is made of bits that look 40 ms around them, an edge is found in the levels of single steps


def _sharpened(old: Soundprint, new: Soundprint, runs: list[Run]) -> list[Run]:
    """Move the edges of cuts and insertions to where the levels say that they are."""
    runs = list(runs)
    for place in range(len(runs) - 1):
        start, end, lag = runs[place]
        if lag is None:
            continue
        gap = runs[place + 1][2] is None
        after = place + (2 if gap else 1)
        if after >= len(runs):
            continue
        next_start, next_end, next_lag = runs[after]
        replaced = gap and abs((next_start + (next_lag or 0)) - (end + lag)) * HOP_MS > _SAME_PLACE_MS
        if next_lag is None or replaced:
            continue
        missing = max(0, lag - next_lag)
        edge = _edge(old, new, (start, end, lag), (next_start, next_end, next_lag), missing)
        runs[place] = (start, edge, lag)
        if gap:
            runs[place + 1] = (edge, edge + missing, None)
        runs[after] = (edge + missing, next_end, next_lag)
    return [run for run in runs if run[1] > run[0]]


def _edge(old: Soundprint, new: Soundprint, before: Run, after: Run, missing: int) -> int:
    """The step at which ``before`` ends, ``missing`` steps are gone, and ``after`` goes on."""
    start, end, lag = before
    _next_start, next_end, next_lag = after
    first = max(start + 1, end - _NEAR)
    last = min(end + _NEAR, next_end - missing - 1)
    if first > last:
        return end
    gains = _gain(old, new, before), _gain(old, new, after)
    early = [_distance(old, new, step, lag or 0, gains[0]) for step in range(first, last)]
    late = [_distance(old, new, step + missing, next_lag or 0, gains[1]) for step in range(first, last)]
    costs = [sum(early[:turn]) + sum(late[turn:]) for turn in range(last - first + 1)]
    cheapest = min(costs)
    fitting = [first + turn for turn, cost in enumerate(costs) if cost <= cheapest + 1e-6]
    return min(fitting, key=lambda step: abs(step - end))


def _gain(old: Soundprint, new: Soundprint, run: Run) -> float:
    """By how many dB the passage is louder in the new sound."""
    start, end, lag = run
    inside = range(max(start, -(lag or 0)), min(end, len(new.levels) - (lag or 0)))
    rises = [max(new.levels[step + (lag or 0)]) - max(old.levels[step]) for step in inside if old.heard[step]]
    return median(rises) if rises else 0.0


def _distance(old: Soundprint, new: Soundprint, step: int, lag: int, gain: float) -> float:
    """How far the levels of one step are apart, in dB of all bands; silence is like silence."""
    there = step + lag
    if not 0 <= there < len(new.levels) or step >= len(old.levels):
        return 100.0
    if not (old.heard[step] or new.heard[there]):
        return 0.0
    pairs = zip(old.levels[step], new.levels[there], strict=True)
    return sum(min(20.0, abs(late - early - gain)) for early, late in pairs)


# What it means


def _passages(old: Soundprint, new: Soundprint, runs: Sequence[Run]) -> Iterable[Passage]:
    for place, (start, end, lag) in enumerate(runs):
        edges = (HOP_MS * start, HOP_MS * end)
        if lag is not None:
            yield Passage(*edges, Fate.FOUND, _shift_ms(old, new, (start, end, lag)))
        else:
            yield Passage(*edges, _fate(runs, place, len(new.bits)))


def _fate(runs: Sequence[Run], place: int, new_length: int) -> Fate:
    """Nothing in the new sound where it was: removed. Something else: not found."""
    from_step = runs[place - 1][1] + (runs[place - 1][2] or 0) if place else 0
    until_step = runs[place + 1][0] + (runs[place + 1][2] or 0) if place + 1 < len(runs) else new_length
    return Fate.REMOVED if HOP_MS * (until_step - from_step) <= _SAME_PLACE_MS else Fate.NOT_FOUND


def _shift_ms(old: Soundprint, new: Soundprint, run: tuple[int, int, int]) -> int:
    """The shift of a passage between two steps: bits differ the more, the farther it is from the right one."""
    start, end, lag = run
    before, here, after = (
        sum(_cost(old, new, step, near) for step in range(start, end) if old.heard[step])
        for near in (lag - 1, lag, lag + 1)
    )
    rise = max(before, after) - here
    between = (before - after) / (2 * rise) if rise > 0 else 0.0
    shift_ms = round(HOP_MS * (lag + min(0.5, max(-0.5, between))))
    return shift_ms if abs(shift_ms) > _SNAP_MS else 0


def _confidence(old: Soundprint, new: Soundprint, runs: Sequence[Run]) -> float:
    heard = sum(map(bool, old.heard))
    alike = sum(
        max(0.0, 1 - 2 * _cost(old, new, step, lag))
        for start, end, lag in runs
        if lag is not None
        for step in range(start, end)
        if old.heard[step]
    )
    return round(alike / heard, 3) if heard else 0.0
