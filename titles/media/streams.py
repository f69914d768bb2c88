"""What is known of one packaged stream: a rung or an audio track, one file, addressed by its own digest.

The facts are measured once, when the stream is packaged, and stored beside it as JSON. They are all that the
writers of manifests need: nobody opens the stream again for a new Edition.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from math import ceil
from typing import Any, ClassVar, NamedTuple

STREAM = "stream.mp4"
PLAYLIST = "stream.m3u8"
IFRAMES = "iframes.m3u8"
FACTS = "stream.json"


class Segment(NamedTuple):
    """One piece of a stream that is fetched at once."""

    duration_ms: int
    size_bytes: int


class ByteRange(NamedTuple):
    """Bytes of a file, both ends included, as in HTTP."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, kw_only=True)
class StreamFacts:
    """What pictures and sounds have in common. Rates are bits per second."""

    kind: ClassVar[str]

    digest: str
    """SHA-256 of the file, in hexadecimal; the stream's address."""
    size_bytes: int
    codec: str
    """As in RFC 6381: "avc1.640028"."""
    duration_ms: int
    segment_count: int
    init_range: ByteRange
    index_range: ByteRange
    peak_bps: int
    average_bps: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values; facts_from_json reads them back."""
        return {"kind": self.kind, **asdict(self)}

    def address(self, name: str) -> str:
        """Return where the stream's file ``name`` is, as seen from the folder of an Edition."""
        return f"../../packages/{self.digest}/{name}"


@dataclass(frozen=True, kw_only=True)
class PictureFacts(StreamFacts):
    """A rung, packaged."""

    kind: ClassVar[str] = "picture"

    width_px: int
    height_px: int
    frame_rate: Fraction
    frame_count: int
    iframe_peak_bps: int
    iframe_average_bps: int

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "frame_rate": str(self.frame_rate)}


@dataclass(frozen=True, kw_only=True)
class SoundFacts(StreamFacts):
    """An audio track, packaged. Its language and role are facts about the cut, not about the bytes."""

    kind: ClassVar[str] = "sound"

    sample_rate_hz: int
    channels: int
    is_silent: bool
    """The master had no sound, so that silence was made for it."""


def facts_from_json(stored: Mapping[str, Any]) -> PictureFacts | SoundFacts:
    """Read what ``to_json`` gave, also after a trip through a file or a database.

    >>> sound = SoundFacts(
    ...     digest="ab" * 32, size_bytes=640_000, codec="mp4a.40.2", duration_ms=40_000, segment_count=10,
    ...     init_range=ByteRange(0, 832), index_range=ByteRange(833, 984), peak_bps=130_000,
    ...     average_bps=128_000, sample_rate_hz=48_000, channels=2, is_silent=False)
    >>> facts_from_json(sound.to_json()) == sound
    True
    """
    values = {name: value for name, value in stored.items() if name != "kind"}
    values["init_range"] = ByteRange(*values["init_range"])
    values["index_range"] = ByteRange(*values["index_range"])
    if stored["kind"] == PictureFacts.kind:
        return PictureFacts(**{**values, "frame_rate": Fraction(values["frame_rate"])})
    return SoundFacts(**values)


def average_bps(segments: Iterable[Segment]) -> int:
    """Return the rate of all segments together, rounded up.

    >>> average_bps([Segment(4_000, 500_000), Segment(4_000, 250_000)])
    750000
    """
    pieces = list(segments)
    return _rate_bps(sum(s.size_bytes for s in pieces), sum(s.duration_ms for s in pieces))


def peak_bps(segments: Sequence[Segment], *, target_ms: int) -> int:
    """Return the highest rate of any run of neighbors that lasts 0.5 to 1.5 target durations, rounded up.

    This is how HLS defines BANDWIDTH. A stream too short to hold such a run has its average.

    >>> peak_bps([Segment(4_000, 500_000), Segment(4_000, 250_000), Segment(1_000, 200_000)], target_ms=4_000)
    1000000
    """
    runs = (_rate_bps(size_bytes, lasting_ms) for lasting_ms, size_bytes in _runs(segments, target_ms))
    return max(runs, default=None) or average_bps(segments)


def _runs(segments: Sequence[Segment], target_ms: int) -> Iterator[tuple[int, int]]:
    for start in range(len(segments)):
        lasting_ms = size_bytes = 0
        for segment in segments[start:]:
            lasting_ms += segment.duration_ms
            size_bytes += segment.size_bytes
            if 2 * lasting_ms > 3 * target_ms:
                break
            if 2 * lasting_ms >= target_ms:
                yield lasting_ms, size_bytes


def _rate_bps(size_bytes: int, lasting_ms: int) -> int:
    return ceil(Fraction(8_000 * size_bytes, lasting_ms))
