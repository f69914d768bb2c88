"""Takes in masters: looked at before anything is kept, hashed while they are stored, numbered when they are whole."""

import hashlib
import io
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from studios.keys import new_id
from studios.scope import scope
from titles.catalog.models import Cut
from titles.jobs.models import Job
from titles.media import storing
from titles.media.models import Master
from titles.media.models.master import masters_storage
from titles.media.sniffing import HEAD_BYTES, sniff
from titles.media.storing import NoRoom

_ENDINGS = {"mov": "mp4", "matroska": "mkv"}
_LONGEST_NAME = 255


class TooLarge(Exception):
    """The file is larger than this installation takes."""


def receive(file: BinaryIO, *, cut: Cut, name: str, by: Any) -> Master:
    """Keep ``file``, read from where it stands, as the next master of ``cut``, and have it inspected.

    ``name`` is what the client calls it: shown to people, used for nothing. A file that the cut has already is
    kept once, and its master returned. The bytes are in the store before there is a row, so that a crash leaves at
    most a file that nobody knows. Opens a scope where there is none.
    Raises NotFilm, TooLarge and NoRoom, each with a sentence for people.
    """
    storing.room_for(getattr(file, "size", None) or 0)
    head = file.read(HEAD_BYTES)
    kind = sniff(head)
    identity = new_id()
    stored = stored_name(cut.studio_id, identity, kind)
    upload = _Upload(head, file)
    _keep(stored, upload)
    master = None
    try:
        with scope(cut.studio_id, person=by, door="import"):
            master = entered(
                identity,
                stored,
                size_bytes=upload.size_bytes,
                sha256=upload.sha256,
                cut=cut,
                name=shown_name(name),
                by=by,
            )
    finally:
        if master is None or master.pk != identity:
            masters_storage().delete(stored)
    return master


class _Upload(io.RawIOBase):
    """The bytes on their way into the store: hashed, counted, and cut short when they are too many."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest
        self._sha256 = hashlib.sha256()
        self.size_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer``, which makes the ``read`` of every file object. Raises TooLarge."""
        chunk = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(chunk) :]
        self._sha256.update(chunk)
        self.size_bytes += len(chunk)
        if self.size_bytes > settings.MASTER_MOST_BYTES:
            raise TooLarge(
                _("The file is larger than %(most)s MB, the most that is taken here. Export it with a lower bit rate.")
                % {"most": f"{settings.MASTER_MOST_BYTES / 1_000_000:.0f}"}
            )
        buffer[: len(chunk)] = chunk
        return len(chunk)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()


def _keep(stored: str, upload: _Upload) -> None:
    try:
        storing.keep(masters_storage(), stored, cast(BinaryIO, upload))
    except OSError as reason:
        raise NoRoom(
            _("The file could not be stored (%(why)s). Tell the operator, and upload it again afterwards.")
            % {"why": reason.strerror or reason}
        ) from reason


def stored_name(studio_id: Any, identity: UUID, kind: str) -> str:
    """Where the store has the master ``identity``; ``kind`` is what ``sniff`` said."""
    return f"{studio_id}/{identity}.{_ENDINGS[kind]}"


def entered(identity: UUID, stored: str, *, size_bytes: int, sha256: str, cut: Cut, name: str, by: Any) -> Master:
    """Make the row of a file that is in the store, or return the one that has these bytes. Needs a scope.

    The cut is locked: numbers are given one at a time.
    """
    Cut.objects.select_for_update(no_key=True).get(pk=cut.pk)
    masters = Master.objects.filter(cut=cut)
    known = masters.filter(sha256=sha256).first()
    if known is not None:
        return known
    master = Master.objects.create(
        id=identity,
        cut=cut,
        number=1 + (masters.aggregate(last=Max("number"))["last"] or 0),
        file=stored,
        original_name=name,
        size_bytes=size_bytes,
        sha256=sha256,
        uploaded_by=by,
    )
    Job.enqueue("inspect", master, by=by)
    return master


def shown_name(name: str) -> str:
    """The last part of a client's path, without what cannot be shown.

    >>> shown_name("C:\\\\exports\\\\ep\\x00 01.mp4")
    'ep 01.mp4'
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[:_LONGEST_NAME]
