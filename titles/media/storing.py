"""Files in a store, which is a folder or a bucket: written whole or not at all, and brought to where ffmpeg reads."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext as _

from titles.jobs.leasing import TryLater
from titles.media.bucketstore import BucketStorage

_CHUNK_BYTES = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Missing(Exception):
    """A file that the database knows is not in the store."""


class NoRoom(TryLater):
    """There is no room for the file now; nothing of it was kept."""


def on_disk(store: Storage, name: str) -> Path | None:
    """Where the file ``name`` lies, or would lie, on this machine; None when the store is a bucket."""
    try:
        return Path(store.path(name))
    except NotImplementedError:
        return None


def keep(store: Storage, name: str, content: BinaryIO) -> None:
    """Write ``content`` to ``name``, whole or not at all; a file that had the name before is replaced.

    Raises NoRoom when the disk is full, and OSError (StoreAway of a bucket) when the store cannot take it.
    """
    target = on_disk(store, name)
    if target is None:
        store.save(name, File(content))  # a bucket shows nothing before it has all
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with aside.open("xb") as file:
            shutil.copyfileobj(content, file, _CHUNK_BYTES)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    except OSError as reason:
        if reason.errno in _FULL:
            raise NoRoom(_("The disk of the media store is full. Tell the operator to make room.")) from reason
        raise
    finally:
        aside.unlink(missing_ok=True)


def keep_file(store: Storage, name: str, source: Path) -> None:
    """Copy ``source`` to ``name``, unless what is there has its size already: names stand for their content."""
    if store.exists(name) and store.size(name) == source.stat().st_size:
        return
    if isinstance(store, BucketStorage):
        store.keep_file(name, source)
        return
    with source.open("rb") as content:
        keep(store, name, content)


def keep_folder(store: Storage, name: str, source: Path) -> None:
    """Copy every file of the folder ``source`` to the folder ``name``."""
    for file in sorted(source.iterdir()):
        keep_file(store, f"{name}/{file.name}", file)


def at_hand(store: Storage, name: str, folder: Path) -> Path:
    """Return a path from which the file ``name`` can be read: its own, or that of a copy in ``folder``.

    Raises Missing, and StoreAway when a bucket does not answer.
    """
    if not store.exists(name):
        raise Missing(_("The file is missing from the store. Upload it again, or restore it from a backup."))
    path = on_disk(store, name)
    if path is not None:
        return path
    copy = folder / Path(name).name
    if isinstance(store, BucketStorage):
        store.fetch_file(name, copy)
        return copy
    with store.open(name) as content, copy.open("xb") as file:
        shutil.copyfileobj(content, file, _CHUNK_BYTES)
    return copy


def room_for(size_bytes: int = 0) -> None:
    """Raise NoRoom where ``size_bytes`` more would leave a disk with less free than OCTAVO_LEAST_FREE_BYTES.

    Whoever takes something in asks this first. Serving never does.
    """
    if any(shutil.disk_usage(place).free - size_bytes < settings.LEAST_FREE_BYTES for place in _disks()):
        raise NoRoom(
            _("There is no room for this file (%(size)s MB) at the moment. Tell the operator, and upload it later.")
            % {"size": f"{size_bytes / 1_000_000:.0f}"}
        )


def is_short_of_room() -> bool:
    """Whether nothing more is taken in until there is room again."""
    try:
        room_for()
    except NoRoom:
        return True
    return False


def _disks() -> Iterator[Path]:
    """Where what comes in has to lie: with uploads, beside work, and in the store of masters if that is here."""
    for place in (Path(settings.UPLOADS_FOLDER), Path(settings.HOME), on_disk(storages["masters"], "")):
        if place is not None:
            yield next(each for each in (place, *place.parents) if each.exists())


def forget_folder(store: Storage, name: str) -> None:
    """Delete the folder ``name`` with all files in it; what is gone already is no matter."""
    path = on_disk(store, name)
    if path is not None:
        shutil.rmtree(path, ignore_errors=True)
        return
    for file in store.listdir(name)[1]:
        store.delete(f"{name}/{file}")


def folders_in(store: Storage, name: str) -> list[str]:
    """The names of the folders in the folder ``name``; none where there is no such folder."""
    try:
        return sorted(store.listdir(name)[0])
    except FileNotFoundError:
        return []


def in_folder(store: Storage, name: str, folder: Path) -> Path:
    """Put the file ``name`` into ``folder``, where a walled-in program sees it; on the same disk that costs nothing.

    Raises Missing.
    """
    path = at_hand(store, name, folder)
    target = folder / path.name
    if path != target:
        try:
            os.link(path, target)
        except OSError:
            shutil.copyfile(path, target)
    return target
