"""Taking files out of a store for good, so that nobody who writes there at the same moment is left with nothing.

Names stand for their content, so whoever makes a stream or an edition finds the files of an earlier one and keeps
them. Both sides therefore meet at the name: the collector enters a Removal before it deletes anything, and writers ask
in the transaction that enters their rows whether what they found was taken away meanwhile.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.storage import Storage, storages
from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from studios.scope import scope
from titles.jobs.leasing import TryLater
from titles.media import storing
from titles.media.models import Removal


class BeingRemoved(TryLater):
    """Files that were just found in the store were taken away by the collector: they have to be kept anew."""


def database_now() -> datetime:
    """The clock that removals are dated by; read it before the first look into the store. Needs a scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def confirm_kept(names: Iterable[str], *, since: datetime) -> None:
    """Call it when the rows that refer to ``names`` are written, in their transaction.

    Raises BeingRemoved where the collector took one of them at ``since`` or later, or is about to.
    """
    wanted = sorted(set(names))
    _meet_at(wanted)
    if Removal.objects.since(since).filter(name__in=wanted).exists():
        raise BeingRemoved(_("Its files were just tidied away; they are made again in a moment."))


def decide(name: str, *, store: str, why: str, by: Any = None, row: Any = None, size_bytes: int = 0) -> Removal:
    """Enter that ``name`` goes. Call it in the transaction that deletes the last row that refers to it."""
    return Removal.objects.create(
        store=store,
        name=name,
        why=why,
        person=by,
        noun=row._meta.label_lower if row is not None else "",
        row_id=row.pk if row is not None else None,
        size_bytes=size_bytes,
    )


def _meet_at(names: list[str]) -> None:
    """One at a time, until the transaction ends: a collector, or a writer."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def meet_at(*names: str) -> None:
    """What a collector does before it asks for the last time whether a row refers to ``names``."""
    _meet_at(sorted(set(names)))


def finish(studio_id: Any) -> int:
    """Delete the files of all removals that were decided, also of a collector that died; return how many there were."""
    with scope(studio_id, door="worker"):
        decided = list(Removal.objects.unfinished().order_by("decided_at", "id"))
    for removal in decided:
        store = storages[removal.store]
        for name in list(files_of(store, removal.name)):
            store.delete(name)
        _remove_folder(store, removal.name)
        with scope(studio_id, door="worker"):
            Removal.objects.unfinished().filter(pk=removal.pk).update(removed_at=Now())
    return len(decided)


def files_of(store: Storage, name: str) -> Iterator[str]:
    """``name`` if it is a file, or every file of that folder."""
    if PurePosixPath(name).suffix:
        yield name
        return
    try:
        folders, files = store.listdir(name)
    except (FileNotFoundError, NotADirectoryError):
        return
    yield from (f"{name}/{file}" for file in files)
    for folder in folders:
        yield from files_of(store, f"{name}/{folder}")


def _remove_folder(store: Storage, name: str) -> None:
    place = storing.on_disk(store, name)
    if place is not None and place.is_dir():
        for folder, _folders, _files in os.walk(place, topdown=False):
            Path(folder).rmdir()
