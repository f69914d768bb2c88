"""Keys and media, as files of a backup: ``keys/<name>`` and ``media/<store>/<name>``."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

from cms.backups.manifest import Entry, copied
from cms.embedded import home
from cms.embedded.home import CannotStart

#: Static files come with the code, exports of studios repeat what is backed up anyway, and scratch is made again.
_NOT_KEPT = frozenset({"staticfiles", "exports", "scratch"})


class StoreForgets(CannotStart):
    def __init__(self, alias: str) -> None:
        super().__init__(f"The store of {alias} gives back other bytes than it took: mend it, then restore again.")


def save(folder: Path) -> Iterator[Entry]:
    """Copy every key and every stored file into a backup."""
    for key in sorted(home.writable("keys").iterdir()):
        with open(key, "rb") as source:
            yield copied(source, folder, f"keys/{key.name}")
    for path in stored():
        store, name = _store(path)
        try:
            with closing(store.open(name)) as source:
                yield copied(source, folder, path)
        except FileNotFoundError:
            continue  # deleted while we were busy with those before it


def bring_back(entry: Entry, source: IO[bytes]) -> None:
    """Put one file of a backup where it belongs, and read it again. Raises StoreForgets."""
    if entry.path.startswith("keys/"):
        _replace_key(home.writable("keys") / PurePosixPath(entry.path).name, source.read())
        return
    store, name = _store(entry.path)
    if store.exists(name):
        store.delete(name)  # left by a restore that was killed, perhaps half-written
    with closing(store.open(store.save(name, File(source)))) as written:
        if hashlib.file_digest(written, "sha256").hexdigest() != entry.sha256:
            raise StoreForgets(entry.path.split("/")[1])


def stored() -> Iterator[str]:
    """The paths, as in a backup, of all files in all stores."""
    for alias in sorted(settings.STORAGES.keys() - _NOT_KEPT):
        for name in names_below(storages[alias], ""):
            yield f"media/{alias}/{name}"


def names_below(store: Storage, folder: str) -> Iterator[str]:
    """The names of all files of the store in ``folder`` and below it."""
    try:
        folders, files = store.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield str(PurePosixPath(folder, name))
    for name in sorted(folders):
        yield from names_below(store, str(PurePosixPath(folder, name)))


def _store(path: str) -> tuple[Storage, str]:
    _media, alias, name = path.split("/", 2)
    return storages[alias], name


def _replace_key(file: Path, key: bytes) -> None:
    aside = file.with_name(f".{file.name}")
    aside.touch(mode=0o600)
    aside.write_bytes(key)
    aside.replace(file)
