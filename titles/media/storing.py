"""Files in a store, which is a folder or a bucket: written whole or not at all, and brought to where ffmpeg reads."""

import os
import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

from django.core.files import File
from django.core.files.storage import Storage
from django.utils.translation import gettext as _

_CHUNK_BYTES = 1024 * 1024


class Missing(Exception):
    """A file that the database knows is not in the store."""


def on_disk(store: Storage, name: str) -> Path | None:
    """Where the file ``name`` lies, or would lie, on this machine; None when the store is a bucket."""
    try:
        return Path(store.path(name))
    except NotImplementedError:
        return None


def keep(store: Storage, name: str, content: BinaryIO) -> None:
    """Write ``content`` to ``name``, whole or not at all; a file that had the name before is replaced.

    Raises OSError when the store cannot take it.
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
    finally:
        aside.unlink(missing_ok=True)


def keep_file(store: Storage, name: str, source: Path) -> None:
    """Copy ``source`` to ``name``, unless what is there has its size already: names stand for their content."""
    if store.exists(name) and store.size(name) == source.stat().st_size:
        return
    with source.open("rb") as content:
        keep(store, name, content)


def keep_folder(store: Storage, name: str, source: Path) -> None:
    """Copy every file of the folder ``source`` to the folder ``name``."""
    for file in sorted(source.iterdir()):
        keep_file(store, f"{name}/{file.name}", file)


def at_hand(store: Storage, name: str, folder: Path) -> Path:
    """Return a path from which the file ``name`` can be read: its own, or that of a copy in ``folder``.

    Raises Missing.
    """
    if not store.exists(name):
        raise Missing(_("The file is missing from the store. Upload it again, or restore it from a backup."))
    path = on_disk(store, name)
    if path is not None:
        return path
    copy = folder / Path(name).name
    with store.open(name) as content, copy.open("xb") as file:
        shutil.copyfileobj(content, file, _CHUNK_BYTES)
    return copy
