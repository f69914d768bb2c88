"""Tells whether a file was opened by anybody, by asking the kernel (inotify), and whether a socket was."""

import ctypes
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_libc = ctypes.CDLL(None, use_errno=True)
_IN_OPEN = 0x20


@contextmanager
def watched(path: Path) -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether ``path`` was opened since the block began, or since it was last asked."""
    descriptor = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    _libc.inotify_add_watch(descriptor, os.fsencode(path), _IN_OPEN)

    def was_opened() -> bool:
        try:
            return bool(os.read(descriptor, 65_536))
        except BlockingIOError:
            return False

    try:
        yield was_opened
    finally:
        os.close(descriptor)


@contextmanager
def listening() -> Iterator[tuple[str, Callable[[], int]]]:
    """Yield an address on this machine and a function that says how many have knocked there so far."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        hits = 0

        def count() -> int:
            nonlocal hits
            while True:
                try:
                    server.accept()[0].close()
                except BlockingIOError:
                    return hits
                hits += 1

        yield f"127.0.0.1:{server.getsockname()[1]}", count


def children() -> list[psutil.Process]:
    """What this process has started and still runs, but for the store that a whole session shares."""
    return [
        child for child in psutil.Process().children(recursive=True) if "tests.swift.serving" not in child.cmdline()
    ]
