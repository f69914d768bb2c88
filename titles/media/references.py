"""Which files of a store the rows refer to, whatever room they are in."""

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

from titles.media.models import Edition, Master, Package, Stream


def is_named(folder: str) -> bool:
    """Whether a row names a file in ``folder``."""
    return any(
        model._base_manager.filter(**{f"{field}__startswith": f"{folder}/"}).exists() for model, field in _files()
    )


def named(names: Collection[str], *, store: str) -> set[str]:
    """Those of ``names`` that a row refers to: files, and folders that are a row's own or have a named file in them.

    A master is in one store alone; what lies under its name in another was left behind there.
    """
    found = set(_of_digests(names))
    open_names = set(names) - found
    for model, field in _files():
        rows = model._base_manager.filter(stored_in=store) if model is Master else model._base_manager
        wanted = Q(**{f"{field}__in": open_names})
        for folder in [name for name in open_names if not PurePosixPath(name).suffix]:
            wanted |= Q(**{f"{field}__startswith": f"{folder}/"})
        told = rows.filter(wanted).values_list(field, flat=True) if open_names else []
        found |= {name for each in told for name in (each, each.rpartition("/")[0]) if name in open_names}
    return found


def _of_digests(names: Collection[str]) -> Iterator[str]:
    """Folders that are called after the digest of a stream or edition, or the id of a package."""
    last = {PurePosixPath(name).name: name for name in names if not PurePosixPath(name).suffix}
    for model in (Stream, Edition):
        for row in model.objects.filter(digest__in=last):
            yield row.folder()
    for package in Package.objects.filter(pk__in=[each for each in last if _is_id(each)]).values_list("pk", flat=True):
        yield last[str(package)]


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


@cache
def _files() -> tuple[tuple[Any, str], ...]:
    """Every column of a studio's table that names a file."""
    return tuple(
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    )
