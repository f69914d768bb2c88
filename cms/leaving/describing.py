"""The tables of an export in words: the list in docs/leaving.md, which ``scripts/write_leaving.py`` writes there."""

from typing import Any

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models

from cms.leaving.tables import Table, tables
from titles.distribution.multiranges import Int4MultirangeField

#: How the values of a column are written; of several that fit, the first.
_WRITTEN: tuple[tuple[type[Any], str], ...] = (
    (models.UUIDField, "id"),
    (models.DateTimeField, "instant"),
    (models.DateField, "date"),
    (models.BooleanField, "true or false"),
    (models.IntegerField, "number"),
    (models.JSONField, "JSON"),
    (ArrayField, "list"),
    (DateTimeRangeField, "range"),
    (Int4MultirangeField, "ranges"),
    (models.FileField, "file"),
    (models.Field, "text"),
)


def listed() -> str:
    """One line per table: what it is called, what its rows are, and every column with what it holds."""
    lines = ["| File | A line is | Columns |\n|---|---|---|\n"]
    for table in tables():
        columns = ", ".join(f"`{column}` {_holds(table, column)}" for column in table.columns)
        secrets = f"; left out: {', '.join(f'`{each}`' for each in sorted(table.left_out))}" if table.left_out else ""
        lines.append(f"| `{table.path}` | {table.model._meta.label} | {columns}{secrets} |\n")
    return "".join(lines)


def _holds(table: Table, column: str) -> str:
    field: Any = next(each for each in table.model._meta.concrete_fields if each.column == column)
    if field.is_relation:
        return f"→ {'people' if field.related_model._meta.label == 'studios.User' else field.related_model._meta.label}"
    kind = next(word for kinds, word in _WRITTEN if isinstance(field, kinds))
    return f"{kind} or null" if field.null else kind
