"""The bytes of an upload on the disk. How much has arrived is how long the file is, whatever a row says.

Nothing is forced to the disk piece by piece: the server may be killed at any time and the kernel still has what was
written; after a power cut the file may be shorter, and the client is asked for the rest from there. What is whole is
forced to the disk (``settle``) before the client is told so.
"""

import errno
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from titles.media import storing
from titles.media.sniffing import HEAD_BYTES
from titles.media.storing import NoRoom

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Part:
    """The file of one upload, opened for its only writer."""

    def __init__(self, handle: int, at_bytes: int) -> None:
        self._handle = handle
        #: Where the next byte goes, which is how much there is.
        self.at_bytes = at_bytes

    def add(self, piece: bytes) -> None:
        """Write ``piece`` behind what there is. Raises NoRoom; what fitted stays."""
        rest = memoryview(piece)
        try:
            while rest:
                written = os.pwrite(self._handle, rest, self.at_bytes)
                self.at_bytes += written
                rest = rest[written:]
        except OSError as reason:
            raise NoRoom(_sentence_of(reason)) from reason

    def head(self) -> bytes:
        return os.pread(self._handle, HEAD_BYTES, 0)

    def cut_back(self, to_bytes: int) -> None:
        """Forget what came after ``to_bytes``."""
        os.ftruncate(self._handle, to_bytes)
        self.at_bytes = to_bytes

    def settle(self) -> None:
        """Force what there is to the disk. Raises NoRoom where the disk only now says that it cannot."""
        try:
            os.fsync(self._handle)
        except OSError as reason:
            raise NoRoom(_sentence_of(reason)) from reason


def _sentence_of(reason: OSError) -> str:
    if reason.errno in _FULL:
        return _("The disk is full. What has arrived is kept: tell the operator, and resume the upload afterwards.")
    return _("The file could not be stored (%(why)s). Tell the operator, and resume the upload afterwards.") % {
        "why": reason.strerror or reason
    }


def folder() -> Path:
    return Path(settings.UPLOADS_FOLDER)


def path_of(name: str) -> Path:
    return folder() / name


def make(name: str) -> None:
    """Begin the empty file ``name``. Raises NoRoom."""
    path = path_of(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as reason:
        raise NoRoom(_sentence_of(reason)) from reason


def arrived_bytes(name: str) -> int:
    """How much there is of ``name``; nothing where there is no file."""
    try:
        return path_of(name).stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def opened(name: str) -> Iterator[Part]:
    """The part ``name``, to be written behind its end. Raises NoRoom."""
    try:
        handle = os.open(path_of(name), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as reason:
        raise NoRoom(_sentence_of(reason)) from reason
    try:
        yield Part(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)


def by_studio(*, older_than: datetime) -> dict[UUID, set[str]]:
    """The names of all parts that were last written before ``older_than``, by the id of their studio."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for path in folder().glob("*/*.part"):
        with suppress(FileNotFoundError, ValueError):
            if path.stat().st_mtime < older_than.timestamp():
                found[UUID(path.parent.name)].add(path.relative_to(folder()).as_posix())
    return found


def remove(name: str) -> None:
    path_of(name).unlink(missing_ok=True)


def refuse_without_room(wanted_bytes: int) -> None:
    """Raise NoRoom where ``wanted_bytes`` more would leave a disk with less than it has to keep free."""
    storing.room_for(wanted_bytes)
