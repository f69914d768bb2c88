"""Files that no row refers to: left by whatever was killed between the writing of a file and that of its row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.files.storage import Storage, storages

from studios.scope import scope
from titles.media import removing
from titles.media.models import Removal
from titles.media.references import named

#: Where files lie right in the folder of a studio, and where in a folder of their own on one of these shelves.
_FLAT = ("masters", "cold", "artwork")
_SHELVES = ("editions", "findings", "packages")
_AT_ONCE = 100


@dataclass(frozen=True)
class Leftover:
    """A file, or a folder with all that is in it, that no row refers to."""

    store: str
    name: str
    size_bytes: int


def leftovers(studio_id: Any, before: datetime) -> Iterator[Leftover]:
    """What nobody has written to since ``before`` and no row refers to. Lists the stores: not for a request.

    Opens its own scopes. Names of a kind that is not known here are left alone.
    """
    for alias in (*_FLAT, "packages"):
        store = storages[alias]
        units = _units(store, studio_id, shelves=_SHELVES if alias == "packages" else ())
        while batch := list(islice(units, _AT_ONCE)):
            with scope(studio_id, door="worker"):
                unnamed = sorted(set(batch) - named(batch, store=alias))
            yield from _old(store, alias, unnamed, before)


def _units(store: Storage, studio_id: Any, *, shelves: Iterable[str]) -> Iterator[str]:
    if not shelves:
        yield from (f"{studio_id}/{file}" for file in _listed(store, f"{studio_id}")[1] if not file.startswith("."))
    for shelf in shelves:
        yield from (f"{studio_id}/{shelf}/{folder}" for folder in _listed(store, f"{studio_id}/{shelf}")[0])


def _listed(store: Storage, folder: str) -> tuple[list[str], list[str]]:
    try:
        return store.listdir(folder)
    except FileNotFoundError:
        return [], []


def _old(store: Storage, alias: str, names: Iterable[str], before: datetime) -> Iterator[Leftover]:
    for name in names:
        files = list(removing.files_of(store, name))
        if all(store.get_modified_time(file) < before for file in files):
            yield Leftover(alias, name, sum(store.size(file) for file in files))


def remove_leftovers(studio_id: Any, before: datetime, *, by: Any = None) -> list[Removal]:
    """Take them away, unless a row refers to them by now; return what went."""
    gone = []
    for found in leftovers(studio_id, before):
        with scope(studio_id, person=by, door="worker"):
            removing.meet_at(found.name)
            if not named([found.name], store=found.store):
                why = Removal.Why.LEFT_BEHIND
                gone.append(removing.decide(found.name, store=found.store, why=why, by=by, size_bytes=found.size_bytes))
    removing.finish(studio_id)
    return gone
