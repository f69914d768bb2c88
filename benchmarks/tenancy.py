"""What isolation costs at the reference load: lists and searches under row-level security, and every change list."""

from collections.abc import Iterator

from benchmarks import Figure
from benchmarks.inside import figures_of


def measure() -> Iterator[Figure]:
    yield from figures_of("benchmarks.inside.tenancy")
