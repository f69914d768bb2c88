"""Sends a pack: file by file, measured on the way, without what is there already."""

import hashlib
import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from titles.distribution.packing import Damaged, Pack, PackFile, Readable
from titles.distribution.transports import Dropbox

#: Told while a file goes out: its path, and the share of the pack's bytes that is there (0.0 to 1.0).
Progress = Callable[[str, float], None]


@dataclass
class Sent:
    """What one try brought into the dropbox."""

    files: int = 0
    size_bytes: int = 0
    skipped: int = 0


class Measured(io.RawIOBase):
    """Reads ``source`` once from start to end (it cannot seek) and knows what came through."""

    def __init__(self, source: Readable, on_read: Callable[[int], None]) -> None:
        self._source = source
        self._on_read = on_read
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self._digest.update(data)
        self.size_bytes += len(data)
        self._on_read(self.size_bytes)
        return data

    def is_exactly(self, file: PackFile) -> bool:
        return (self.size_bytes, self._digest.hexdigest()) == (file.size_bytes, file.sha256)

    def close(self) -> None:
        self._source.close()
        super().close()


def send(pack: Pack, box: Dropbox, *, report: Progress, sent: Sent) -> None:
    """Bring all files of ``pack`` but the marker of its completeness into ``box``, and count them in ``sent``.

    What an earlier try brought is kept where it is the same, and removed where the partner may no longer have it.
    Raises Unreachable, Damaged, and whatever ``report`` raises.
    """
    _clear(pack, box)
    there_bytes = 0
    for file in pack.files:
        path = pack.path_of(file)
        if box.has(path, size_bytes=file.size_bytes, sha256=file.sha256):
            sent.skipped += 1
        else:
            _put(box, path, file, partial(_report_share, report, file.path, there_bytes, pack.size_bytes))
            sent.files += 1
            sent.size_bytes += file.size_bytes
        there_bytes += file.size_bytes


def complete(pack: Pack, box: Dropbox) -> None:
    """Mark the pack as complete. Raises Unreachable."""
    marker = pack.complete()
    with closing(marker.open()) as content:
        box.put(pack.path_of(marker), content)


def _clear(pack: Pack, box: Dropbox) -> None:
    """Take back a marker of other content, and subtitles that are no longer in the pack; touch nothing else."""
    marker = pack.complete()
    path = pack.path_of(marker)
    if not box.has(path, size_bytes=marker.size_bytes, sha256=marker.sha256):
        box.take_back(path)
    wanted = {pack.path_of(file) for file in pack.files}
    for path in box.files_in(f"{pack.folder}/subtitles"):
        if path not in wanted:
            box.take_back(path)


def _put(box: Dropbox, path: str, file: PackFile, on_read: Callable[[int], None]) -> None:
    with closing(Measured(file.open(), on_read)) as content:
        box.put(path, content)
        if not content.is_exactly(file):
            box.take_back(path)
            raise Damaged(
                _("%(file)s in our store is not what it was when it was made; restore it from a backup.")
                % {"file": file.path}
            )


def _report_share(report: Progress, path: str, there_bytes: int, all_bytes: int, read_bytes: int) -> None:
    report(path, (there_bytes + read_bytes) / all_bytes)
