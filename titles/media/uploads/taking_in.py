"""An upload that has arrived becomes a master: hashed once, and put into the store without a copy where it can be."""

import errno
import hashlib
import os
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from titles.jobs.leasing import GaveUp, Lease, TryLater
from titles.jobs.models import Job
from titles.media import storing
from titles.media.models import Master
from titles.media.models.master import masters_storage
from titles.media.models.upload import State, Upload
from titles.media.receiving import entered, stored_name
from titles.media.sniffing import HEAD_BYTES, NotFilm, sniff
from titles.media.uploads import bucket, parts


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


_BLOCK_BYTES = 1024 * 1024
_CANNOT_LINK = {errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}


def take_in(job: Job, lease: Lease) -> None:
    """Make a master of the upload that ``job`` is about, under the upload's own id, so that it is made once.

    Raises GaveUp, TryLater, LeaseLost.
    """
    upload = job.subject(Upload)
    if upload.state != State.COMPLETE:
        return
    stored, sha256 = _from_bucket(upload, lease) if upload.multipart else _from_disk(upload, job, lease)
    master = _become_master(upload, job, stored, sha256)
    if master.pk != upload.pk:
        masters_storage().delete(stored)
    parts.remove(upload.part_name())


def _from_disk(upload: Upload, job: Job, lease: Lease) -> tuple[str, str]:
    """Put the bytes into the store; return where they are, and their SHA-256."""
    path = _whole_part(upload, job)
    with path.open("rb") as content:
        stored = stored_name(upload.studio_id, upload.pk, _kind_of(content.read(HEAD_BYTES)))
        content.seek(0)
        sha256 = _hashed(content, upload.size_bytes, lease)
    _put_into_store(path, stored)
    return stored, sha256


def _from_bucket(upload: Upload, lease: Lease) -> tuple[str, str]:
    """The bytes are in the store already, and are read once for their SHA-256. A wrong ending is only a name."""
    stored = bucket.stored(upload)
    if masters_storage().size(stored) != upload.size_bytes:
        raise GaveUp(_("The bucket has another number of bytes than were sent. Upload the file again."))
    return stored, _hashed(bucket.content(upload), upload.size_bytes, lease)


def _kind_of(head: bytes) -> str:
    try:
        return sniff(head)
    except NotFilm as reason:
        raise GaveUp(str(reason)) from reason


def _become_master(upload: Upload, job: Job, stored: str, sha256: str) -> Master:
    with job.scope():
        job.hold()
        master = entered(
            upload.pk,
            stored,
            size_bytes=upload.size_bytes,
            sha256=sha256,
            cut=upload.cut,
            name=upload.name,
            by=upload.person,
        )
        upload.move(State.COMPLETE, State.TAKEN_IN, by=None, master=master)
    return master


def _whole_part(upload: Upload, job: Job) -> Path:
    """Where all of its bytes lie. After a power cut some may be missing: then it goes on arriving."""
    path = parts.path_of(upload.part_name())
    there_bytes = parts.arrived_bytes(upload.part_name())
    if not path.exists():
        raise TryLater(
            _("The bytes of this upload are not on this machine: workers and web share the folder of uploads.")
        )
    if there_bytes != upload.size_bytes:
        with job.scope():
            job.hold()
            upload.move(State.COMPLETE, State.RECEIVING, by=None, offset_bytes=there_bytes)
        raise GaveUp(_("Not all of this file is on the disk any more. Resume its upload on the page of the series."))
    return path


def _hashed(content: Readable, size_bytes: int, lease: Lease) -> str:
    """SHA-256 of everything, with its progress on the desk."""
    digest, read_bytes = hashlib.sha256(), 0
    while block := content.read(_BLOCK_BYTES):
        digest.update(block)
        read_bytes += len(block)
        lease.report(_("hashing"), read_bytes / size_bytes)
    return digest.hexdigest()


def _put_into_store(path: Path, stored: str) -> None:
    """Give the bytes their name in the store: a second name for the same file, or a copy on another disk.

    Raises TryLater where the store takes nothing now.
    """
    store = masters_storage()
    target = storing.on_disk(store, stored)
    try:
        if target is None or not _linked(path, target):
            storing.keep_file(store, stored, path)
    except OSError as reason:
        raise TryLater(
            _("The store does not take the file now (%(why)s); it is tried again.") % {"why": reason.strerror or reason}
        ) from reason


def _linked(path: Path, target: Path) -> bool:
    """Whether ``target`` is the very file ``path`` now; it cannot be on another disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except FileExistsError:
        return target.samefile(path)  # a worker died after this step
    except OSError as reason:
        if reason.errno in _CANNOT_LINK:
            return False
        raise
    return True
