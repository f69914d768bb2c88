"""Locks between processes, on a file or a folder that is there; the kernel lifts them when their holders die.

The standard library alone: the bootstrap needs it too.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def waited_for(place: Path) -> Iterator[None]:
    """Hold the lock on ``place``, however long others have it before us."""
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def tried(place: Path) -> Iterator[int | None]:
    """Hold the lock on ``place`` if nobody has it, else get None.

    A child that inherits the handle holds the lock for as long as it keeps it.
    """
    handle = os.open(place, os.O_RDONLY)
    try:
        yield handle if is_free(handle) else None
    finally:
        os.close(handle)


@contextmanager
def shared(place: Path) -> Iterator[int]:
    """Hold a lock on ``place`` that others may share, and nobody may hold alone meanwhile."""
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield handle
    finally:
        os.close(handle)


def is_free(handle: int) -> bool:
    """Try to hold the lock of an open ``handle`` alone."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
