"""Log files of the processes that we start: what they say, kept in the home, never more than a few megabytes."""

import contextlib
from pathlib import Path
from typing import IO

from cms.embedded import home
from cms.embedded.home import Unusable

_MOST_BYTES = 10_000_000


def log_file(name: str, place: Path) -> Path:
    return place / "log" / f"{name}.log"


def open_log(name: str, place: Path) -> IO[bytes]:
    """Open the log ``name`` of a home to add to it; one that has grown large moves aside. Raises Unusable."""
    home.writable("log", place)
    file = log_file(name, place)
    try:
        if file.exists() and file.stat().st_size > _MOST_BYTES:
            file.replace(file.with_suffix(".log.1"))
        return open(file, "ab", buffering=0)
    except OSError as reason:
        raise Unusable(place, reason.strerror) from reason


class Log:
    """A log that is written line by line for as long as its process is started again."""

    def __init__(self, name: str, place: Path) -> None:
        self._name = name
        self._place = place
        self._handle = open_log(name, place)

    def write(self, line: bytes) -> None:
        """Add a line; on a full disk the line is lost, and nothing else."""
        with contextlib.suppress(OSError, Unusable):
            self._handle.write(line + b"\n")
            if self._handle.tell() > _MOST_BYTES:
                self._handle.close()
                self._handle = open_log(self._name, self._place)

    def close(self) -> None:
        self._handle.close()
