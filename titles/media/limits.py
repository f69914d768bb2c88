"""What a studio expects of a master, as data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


class BadLimits(Exception):
    """Limits that cannot be used; the text names the one that is wrong."""


@dataclass(frozen=True)
class MediaLimits:
    """The limits that are shipped; a studio changes what it wants to."""

    shortest_ms: int = 60_000
    longest_ms: int = 120_000
    duration_tolerance_ms: int = 1_000
    aspect_tolerance: float = 0.01
    least_width_px: int = 1080
    least_height_px: int = 1920
    frame_rates: tuple[float, ...] = (23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 59.94, 60.0)
    constant_frame_rate: bool = True
    progressive: bool = True
    standard_range: bool = True
    """SDR only."""
    sound: bool = True
    quietest_lufs: float = -27.0
    loudest_lufs: float = -9.0
    true_peak_db: float = 0.0
    black_edge_ms: int = 500
    """At the beginning, and at the end."""
    black_inside_ms: int = 2_000
    still_ms: int = 3_000
    silence_ms: int = 5_000
    sound_off_ms: int = 500
    """How far the length of a dub may be from that of the picture."""
    letterbox_share: float = 0.02
    """Of the width or the height, for each side."""
    no_duplicates: bool = True
    """No master of another episode has the same bytes, or shows the same picture."""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "frame_rates": list(self.frame_rates)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "MediaLimits":
        """Read limits; one that is left out keeps the shipped value. Raises BadLimits.

        >>> MediaLimits.from_json({"shortest_ms": 15_000}).shortest_ms
        15000
        """
        shipped = cls().to_json()
        for name, value in stored.items():
            if name not in shipped:
                raise BadLimits(f"There is no limit {name}; there are {', '.join(shipped)}.")
            if not _is_like(value, shipped[name]):
                raise BadLimits(f"The limit {name} cannot be {value!r}; it is something like {shipped[name]!r}.")
        limits = cls(**{**shipped, **stored, "frame_rates": tuple(stored.get("frame_rates", cls.frame_rates))})
        if limits.shortest_ms > limits.longest_ms:
            raise BadLimits("The limit shortest_ms is above longest_ms.")
        return limits


def _is_like(value: Any, example: Any) -> bool:
    """Whether ``value`` is of the kind of ``example``; a whole number will do for a fraction."""
    if isinstance(example, list):
        return isinstance(value, list) and all(_is_like(part, example[0]) for part in value)
    if isinstance(example, bool) or isinstance(value, bool):
        return isinstance(example, bool) and isinstance(value, bool)
    return isinstance(value, (int, float) if isinstance(example, float) else int)


SHIPPED = MediaLimits()
