"""The files of a studio in all stores: ``files/<store>/<studio's id>/…`` in an export."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from uuid import UUID

from django.conf import settings
from django.core.files.storage import Storage, storages

from cms.backups.files import names_below
from cms.backups.manifest import copied, measured
from cms.embedded.home import CannotStart
from cms.leaving.manifest import Damaged, Entry
from titles.media import storing

#: The store of finished exports, that of unfinished work, and what is no store of studios.
EXPORTS = "exports"
_SCRATCH = "scratch"
_ELSEWHERE = frozenset({"staticfiles", EXPORTS, _SCRATCH})
_PLAIN = re.compile(r"[^/\0]+(/[^/\0]+)*")


class StoreForgets(CannotStart):
    def __init__(self, path: str) -> None:
        super().__init__(f"{path} was read back with other bytes than were written: mend the disk or store, try again.")


def aliases() -> list[str]:
    """The stores in which studios have files."""
    return sorted(settings.STORAGES.keys() - _ELSEWHERE)


def stored(studio_id: UUID) -> Iterator[str]:
    """The path in an export of every file of the studio, but for half-written ones, whose names begin with a dot."""
    for alias in aliases():
        for name in names_below(storages[alias], str(studio_id)):
            if not PurePosixPath(name).name.startswith("."):
                yield f"files/{alias}/{name}"


def fetch(path: str, folder: Path, *, linking: bool = False) -> Entry | None:
    """Put one file into an export and read it again; None when it was deleted meanwhile. Raises StoreForgets.

    ``linking`` lets the export share the bytes with a store on the same disk instead of copying them.
    """
    store, name = _place(path)
    if linking and (entry := _linked(store, name, folder, path)):
        return entry
    try:
        with closing(store.open(name)) as source:
            read = copied(source, folder, path)
    except FileNotFoundError:
        return None
    if measured(folder, path) != read:
        raise StoreForgets(path)
    return Entry(read.path, read.bytes, read.sha256)


def bring(entry: Entry, folder: Path) -> None:
    """Put one file of an export into its store, unless it is there already, and read it again. Raises StoreForgets."""
    store, name = _place(entry.path)
    if _sha256(store, name) == entry.sha256:
        return  # an import that was interrupted has brought it
    with (folder / entry.path).open("rb") as source:
        if storing.on_disk(store, name) is None and store.exists(name):
            store.delete(name)
        storing.keep(store, name, source)
    if _sha256(store, name) != entry.sha256:
        raise StoreForgets(entry.path)


def refuse_foreign(entry: Entry, folder: Path, studio_id: UUID) -> None:
    """Raise Damaged for a file that is not the studio's own, or would lie elsewhere than it says."""
    _files, alias, *rest = entry.path.split("/", 2) + ["", ""]
    is_own = alias in aliases() and rest[0].startswith(f"{studio_id}/")
    is_plain = _PLAIN.fullmatch(rest[0]) is not None and not {".", ".."} & set(rest[0].split("/"))
    if not is_own or not is_plain:
        raise Damaged(folder, f"{entry.path!r} is no place for a file of this studio")


def erase(studio_id: UUID) -> Iterator[int]:
    """Delete every file of the studio in every store, exports included, and tell after each hundred how many."""
    deleted = 0
    for alias in [*aliases(), EXPORTS, _SCRATCH]:
        for name in list(names_below(storages[alias], str(studio_id))):
            storages[alias].delete(name)
            deleted += 1
            if deleted == 100:
                yield deleted
                deleted = 0
        _remove_folders(storages[alias], str(studio_id))
    yield deleted


def _remove_folders(store: Storage, name: str) -> None:
    """On a disk the empty folders would stay, and tell that there was a studio."""
    place = storing.on_disk(store, name)
    if place is not None:
        for folder, _folders, _files in os.walk(place, topdown=False):
            Path(folder).rmdir()


def _linked(store: Storage, name: str, folder: Path, path: str) -> Entry | None:
    place = storing.on_disk(store, name)
    if place is None:
        return None
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(place, target)
    except OSError:
        return None  # another disk, or gone: copying will tell
    found = measured(folder, path)
    return Entry(found.path, found.bytes, found.sha256)


def _sha256(store: Storage, name: str) -> str | None:
    if not store.exists(name):
        return None
    with closing(store.open(name)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place(path: str) -> tuple[Storage, str]:
    _files, alias, name = path.split("/", 2)
    return storages[alias], name
