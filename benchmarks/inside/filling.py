"""Filling a table with as many rows as wished in one statement; what is not said about a column is its default."""

import zlib
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from studios.models import Studio

#: The first id is of this moment (UUIDv7 begins with milliseconds); each next one is a millisecond younger.
_FIRST_MS = 1_735_689_600_000
_DIGITS = {"made": 12, "noun": 3, "number": 15}


def key(model: type[models.Model], number: str) -> str:
    """SQL of the id of row ``number`` (an SQL expression) of ``model``: known without looking, so nothing is joined."""
    made = f"lpad(to_hex({_FIRST_MS} + ({number})), {_DIGITS['made']}, '0')"
    counted = f"lpad(to_hex(({number})::bigint), {_DIGITS['number']}, '0')"
    return f"({made} || '7{_noun(model)}8' || {counted})::uuid"


def key_of(model: type[models.Model], number: int) -> UUID:
    """The same id in Python."""
    made, counted = f"{_FIRST_MS + number:0{_DIGITS['made']}x}", f"{number:0{_DIGITS['number']}x}"
    return UUID(f"{made}7{_noun(model)}8{counted}")


def fill(model: type[models.Model], rows: int, *, studio: str | None, **columns: str) -> None:
    """Insert ``rows`` rows of ``model``: SQL expressions over ``n``, which counts from 0.

    ``studio`` is the number of the row's studio, None where rows belong to none. Every other column has the model's
    default, nothing, or an empty text.
    """
    values: dict[str, tuple[str, list[Any]]] = {name: (_escaped(f"({sql})"), []) for name, sql in columns.items()}
    if studio is not None:
        values["studio_id"] = (_escaped(key(Studio, studio)), [])
    for field in model._meta.local_concrete_fields:
        if field.column not in values and not isinstance(field, models.AutoField | models.GeneratedField):
            values[field.column] = _unsaid(field)
    if not isinstance(model._meta.pk, models.AutoField):
        values["id"] = (key(model, "n"), [])
    names = ", ".join(map(connection.ops.quote_name, values))
    sources = ", ".join(sql for sql, _parameters in values.values())
    with connection.cursor() as cursor:
        cursor.execute(
            # Every part is our own: names of columns and expressions of this package.
            f"INSERT INTO {model._meta.db_table} ({names}) SELECT {sources}"  # noqa: S608
            f" FROM generate_series(0, {rows - 1}) AS counted (n)",
            [parameter for _sql, parameters in values.values() for parameter in parameters],
        )


def _unsaid(field: Any) -> tuple[str, list[Any]]:
    """What a column holds that nobody speaks about, as SQL and its parameters."""
    if field.primary_key or field.null:
        return "NULL", []
    if getattr(field, "auto_now_add", False):
        value = timezone.now()
    else:
        value = field.get_default() if field.has_default() else ""
    return f"%s::{field.db_type(connection)}", [field.get_db_prep_save(value, connection)]


def _escaped(sql: str) -> str:
    """A remainder in SQL is no parameter."""
    return sql.replace("%", "%%")


def _noun(model: type[models.Model]) -> str:
    """Three digits that tell tables apart."""
    return f"{zlib.crc32(model._meta.db_table.encode()) % 0x1000:03x}"
