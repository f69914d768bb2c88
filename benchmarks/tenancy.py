"""What isolation costs at the reference load: lists, searches and pages under row-level security."""

from collections.abc import Iterator

from benchmarks import Figure
from benchmarks.inside import figures_of


def measure() -> Iterator[Figure]:
    yield from figures_of("benchmarks.inside.tenancy")
