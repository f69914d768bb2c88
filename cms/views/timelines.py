"""Two edits of a film drawn one above the other, and what became of each passage between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from titles.media.aligning import Fate, Passage
from titles.media.models import Alignment

WIDTH, HEIGHT = 1_000, 190
_OLD_TOP, _NEW_TOP, _TALL = 20, 130, 40


@dataclass(frozen=True)
class Shape:
    """A polygon of the drawing, and which kind of passage it shows."""

    points: str
    look: str


@dataclass(frozen=True)
class Timeline:
    """All that is drawn; times grow from left to right in every language."""

    old: str
    new: str
    shapes: list[Shape]
    old_end: float
    new_end: float
    seconds: list[tuple[float, str]]


def timeline(alignment: Alignment) -> Timeline:
    """Draw ``alignment``."""
    longest_ms = max(alignment.old_duration_ms, alignment.new_duration_ms, 1)
    scale = WIDTH / longest_ms
    passages = alignment.read()
    return Timeline(
        old=_wave(alignment.old_contour, alignment.old_duration_ms * scale, _OLD_TOP),
        new=_wave(alignment.new_contour, alignment.new_duration_ms * scale, _NEW_TOP),
        shapes=[
            *(_shape(passage, scale) for passage in passages),
            *_added(passages, alignment.new_duration_ms, scale),
        ],
        old_end=round(alignment.old_duration_ms * scale, 1),
        new_end=round(alignment.new_duration_ms * scale, 1),
        seconds=_seconds(longest_ms, scale),
    )


def _wave(contour: Sequence[int], width: float, top: int) -> str:
    """The loudness as points of a polygon around the middle of its lane."""
    if not contour:
        return ""
    middle, step = top + _TALL / 2, width / len(contour)
    upper = [(step * (place + 0.5), height * _TALL / 200) for place, height in enumerate(contour)]
    points = [(x, middle - high) for x, high in upper] + [(x, middle + high) for x, high in reversed(upper)]
    return _points(points)


def _shape(passage: Passage, scale: float) -> Shape:
    """What was found is a ribbon from lane to lane; what was not is a box in the old one."""
    start, end = passage.start_ms * scale, passage.end_ms * scale
    old = [(start, _OLD_TOP), (end, _OLD_TOP), (end, _OLD_TOP + _TALL)]
    if passage.shift_ms is None:
        look = "removed" if passage.fate == Fate.REMOVED else "unknown"
        return Shape(_points([*old, (start, _OLD_TOP + _TALL)]), look)
    moved = passage.shift_ms * scale
    new = [
        (end + moved, _NEW_TOP),
        (end + moved, _NEW_TOP + _TALL),
        (start + moved, _NEW_TOP + _TALL),
        (start + moved, _NEW_TOP),
    ]
    return Shape(_points([*old, *new, (start, _OLD_TOP + _TALL)]), "shifted" if passage.shift_ms else "same")


def _added(passages: Sequence[Passage], new_duration_ms: int, scale: float) -> list[Shape]:
    """Stretches of the new lane that are nowhere in the old one."""
    found = sorted(
        (each.start_ms + each.shift_ms, each.end_ms + each.shift_ms) for each in passages if each.shift_ms is not None
    )
    edges_ms = [0, *(edge for pair in found for edge in pair), new_duration_ms]
    gaps = [(start, end) for start, end in zip(edges_ms[::2], edges_ms[1::2], strict=True) if end - start > 60]
    return [
        Shape(
            _points(
                [
                    (start * scale, _NEW_TOP),
                    (end * scale, _NEW_TOP),
                    (end * scale, _NEW_TOP + _TALL),
                    (start * scale, _NEW_TOP + _TALL),
                ]
            ),
            "added",
        )
        for start, end in gaps
    ]


def _seconds(longest_ms: int, scale: float) -> list[tuple[float, str]]:
    """Marks every ten seconds, or wider in a long film: at most thirteen."""
    every_s = next(step for step in (5, 10, 20, 60, 120, 600, 3600) if longest_ms / 1000 / step <= 13)
    marks = range(0, longest_ms // 1000 + 1, every_s)
    return [(round(second * 1000 * scale, 1), f"{second // 60}:{second % 60:02d}") for second in marks]


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
