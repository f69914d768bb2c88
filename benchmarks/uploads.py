"""What it costs to receive uploads: memory, bytes sent twice, processor and time, beside nginx where it is installed.

BENCHMARK_LARGE_MB in the environment says how large the large file is (2000).
"""

from collections.abc import Iterator

from benchmarks import Figure
from benchmarks.inside import figures_of


def measure() -> Iterator[Figure]:
    yield from figures_of("benchmarks.inside.uploads")
