"""Where an episode is cut into chunks: stretches of whole GOPs that are encoded one by one, and joined afterwards.

A finished chunk is a checkpoint, so that a worker that dies costs one chunk and not the episode. Cuts are counted in
frames of the result, never in seconds. Each chunk is decoded from a key frame of the master that comes before it; the
cuts are laid where little has to be decoded twice.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from titles.media.ladder import Cadence

LONGEST_S = 12
"""A chunk is never longer, except where cutting would cost more than it saves."""

_STARTING_US = 500_000
"""What starting one more chunk costs, in time of the film that could have been decoded instead."""
_LATE = Fraction(1, 4)
"""By which part of a frame the time of a key frame may be off: some containers round to milliseconds."""


@dataclass(frozen=True)
class Chunk:
    """One stretch, in frames of the result."""

    index: int
    first_frame: int
    frame_count: int
    """Of the last chunk it is what the headers promise."""
    from_us: int
    """The key frame of the master from which it is decoded, in microseconds after the film's start."""
    is_last: bool

    @property
    def end_frame(self) -> int:
        return self.first_frame + self.frame_count


def longest_frames(cadence: Cadence, longest_s: int = LONGEST_S) -> int:
    """How many frames a chunk may have: whole GOPs within the longest time, which has room for two.

    >>> longest_frames(Cadence(Fraction(25))), longest_frames(Cadence(Fraction(24000, 1001)))
    (300, 240)
    """
    return max(1, longest_s // cadence.gop_s) * cadence.gop_frames


def chunks_of(
    frame_count: int,
    cadence: Cadence,
    key_frames_us: Sequence[int],
    *,
    lead_frames: int = 0,
    longest_s: int = LONGEST_S,
) -> tuple[Chunk, ...]:
    """Cut ``frame_count`` frames at GOPs, so that as little as possible is decoded twice.

    ``key_frames_us`` are the master's, rising; ``lead_frames`` more must be decoded before a chunk begins. Where key
    frames are so far apart that more than half of the film would be decoded twice, it stays whole.

    >>> [(chunk.first_frame, chunk.from_us) for chunk in chunks_of(500, Cadence(Fraction(25)), [0, 9_600_000])]
    [(0, 0), (250, 9600000)]
    >>> [(chunk.first_frame, chunk.frame_count) for chunk in chunks_of(750, Cadence(Fraction(25)), [0])]
    [(0, 750)]
    """
    starts = _Starts(cadence, key_frames_us, lead_frames)
    edges = _cheapest_edges(frame_count, starts, longest_frames(cadence, longest_s))
    twice_us = sum(starts.decoded_twice_us(edge) for edge in edges[1:-1])
    if 2 * twice_us > 1_000_000 * frame_count / cadence.rate:
        edges = [0, frame_count]
    return tuple(
        Chunk(index, first, end - first, starts.before_us(first), is_last=end == frame_count)
        for index, (first, end) in enumerate(zip(edges, edges[1:], strict=False))
    )


@dataclass(frozen=True)
class _Starts:
    """From where in the master a chunk has to be decoded."""

    cadence: Cadence
    key_frames_us: Sequence[int]
    lead_frames: int

    def before_us(self, frame: int) -> int:
        """The last key frame that is in time for ``frame``; the film's start when there is none."""
        latest_us = int(1_000_000 * (frame - self.lead_frames + _LATE) / self.cadence.rate)
        place = bisect_right(self.key_frames_us, latest_us)
        return max(0, self.key_frames_us[place - 1]) if frame and place else 0

    def decoded_twice_us(self, frame: int) -> int:
        return int(1_000_000 * frame / self.cadence.rate) - self.before_us(frame)


def _cheapest_edges(frame_count: int, starts: _Starts, reach: int) -> list[int]:
    """Return the cuts with both ends, by the cheapest way to each possible cut. The last chunk is a GOP at least."""
    gop = starts.cadence.gop_frames
    cuts = [*range(0, max(1, frame_count - gop + 1), gop), frame_count]
    cost_us, came_from = {0: 0}, {0: 0}
    for place, cut in enumerate(cuts[1:], start=1):
        near = [start for start in cuts[max(0, place - reach // gop) : place] if cut - start <= reach]
        best = min(near, key=lambda start: (cost_us[start], -start))
        waste_us = starts.decoded_twice_us(cut) if cut < frame_count else 0
        cost_us[cut], came_from[cut] = cost_us[best] + waste_us + _STARTING_US, best
    edges = [frame_count]
    while edges[-1] > 0:
        edges.append(came_from[edges[-1]])
    return edges[::-1]
