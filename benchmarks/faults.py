"""What befalls transcodes at random moments: kills, full disks, silent stores, wrong clocks, an emptied broker."""

from collections.abc import Iterator

from benchmarks import Figure
from benchmarks.inside import figures_of


def measure(*, runs: int = 20, seed: int = 0) -> Iterator[Figure]:
    yield from figures_of("benchmarks.inside.faults", runs=runs, seed=seed)
