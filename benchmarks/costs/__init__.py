"""What programs cost that a benchmark starts: processor time of children, and their proportional share of memory."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Self

_LOOK_EVERY_S = 0.02


def children_cpu_s() -> float:
    """Processor time of all children that have ended, and of theirs."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_s(work: Callable[[], object]) -> float:
    """Processor time of the programs that ``work`` starts and waits for."""
    before = children_cpu_s()
    work()
    return children_cpu_s() - before


class PeakMemory:
    """The most that all descendants whose program is called like ``program`` have together, while the block runs."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak_mb = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY_S):
            self.peak_mb = max(self.peak_mb, sum(pss_mb(pid) for pid in self._ours()))

    def _ours(self) -> Iterator[int]:
        for pid in descendants(os.getpid()):
            with contextlib.suppress(OSError):
                if Path(os.readlink(f"/proc/{pid}/exe")).name.startswith(self._program):
                    yield pid


def pss_mb(pid: int) -> float:
    """Its own memory, and its part of what it shares; 0 when it has just ended."""
    with contextlib.suppress(OSError, StopIteration):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1000
    return 0.0


def descendants(root: int) -> list[int]:
    """Every process below ``root``."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found, waiting = [], [*children.get(root, [])]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found
