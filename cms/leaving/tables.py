"""The tables of a studio, found among the models, so that a new one cannot be forgotten; and their rows as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from studios.audit import secret_columns
from studios.models import Change, Studio, User

_ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class Table:
    """One table of a studio, with what has to be known of its columns to carry its rows elsewhere."""

    model: type[models.Model]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def path(self) -> str:
        """Where its rows are in an export."""
        return f"tables/{self.name}.jsonl"

    @property
    def studio_column(self) -> str:
        return "id" if self.model is Studio else "studio_id"

    @cached_property
    def is_numbered(self) -> bool:
        """Whether its rows have numbers of this installation alone: their order travels, the numbers do not."""
        return isinstance(self.model._meta.pk, models.AutoField)

    @cached_property
    def left_out(self) -> frozenset[str]:
        """Columns with secrets, which never leave."""
        return secret_columns(self.model)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that travel: none that the database computes, no number, no secret."""
        kept = [each for each in _fields(self.model) if not each.generated and each.column not in self.left_out]
        return tuple(each.column for each in kept if not (self.is_numbered and each.primary_key))

    @cached_property
    def of_people(self) -> tuple[str, ...]:
        """Columns that name an account."""
        return tuple(each.column for each in _fields(self.model) if each.is_relation and each.related_model is User)

    @cached_property
    def of_files(self) -> tuple[str, ...]:
        """Columns that name a file of a store."""
        return tuple(str(each.column) for each in _fields(self.model) if isinstance(each, models.FileField))

    def rows(self, studio_id: UUID) -> Iterator[str]:
        """Every row of the studio as one line of JSON, oldest first, page by page. Needs a transaction."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                f"SELECT row_to_json(kept)::text FROM (SELECT {self._selected()} FROM {_quoted(self.name)}"  # noqa: S608
                f" WHERE {self.studio_column} = %s ORDER BY id) kept",
                [studio_id],
            )
            while page := cursor.fetchmany(_ROWS_AT_ONCE):
                for (row,) in page:
                    yield row

    def insert(self, rows: list[str]) -> None:
        """Write rows that ``rows`` told, in this order; secrets are empty."""
        target = ", ".join(map(_quoted, [*self.columns, *sorted(self.left_out)]))
        source = ", ".join([*(f"(kept).{_quoted(column)}" for column in self.columns), *("''" for _ in self.left_out)])
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_quoted(self.name)} ({target}) SELECT {source} FROM ("  # noqa: S608
                f"SELECT jsonb_populate_record(NULL::{_quoted(self.name)}, told.row) AS kept"
                " FROM unnest(%s::jsonb[]) WITH ORDINALITY AS told (row, place) ORDER BY place OFFSET 0) ordered",
                [rows],
            )

    def _selected(self) -> str:
        """The columns; the audit's old rows hold the secrets of their tables, and lose them here."""
        if self.model is not Change:
            return ", ".join(map(_quoted, self.columns))
        secrets = ", ".join(f"'{column}'" for column in sorted(every_secret()))
        return ", ".join(
            f'"row" - ARRAY[{secrets}] AS "row"' if column == "row" else _quoted(column) for column in self.columns
        )


def tables() -> list[Table]:
    """Every table of a studio: what others refer to comes first."""
    found = {model._meta.label: model for model in apps.get_models(include_auto_created=True) if _is_of_a_studio(model)}
    order: TopologicalSorter[str] = TopologicalSorter()
    for label in sorted(found):
        referred = {field.related_model._meta.label for field in _fields(found[label]) if field.is_relation}
        order.add(label, *sorted((referred & found.keys()) - {label}))
    return [Table(found[label]) for label in order.static_order()]


def every_secret() -> frozenset[str]:
    """The names of all columns with secrets, in whatever table of a studio."""
    return frozenset().union(*(table.left_out for table in tables()))


def _is_of_a_studio(model: type[models.Model]) -> bool:
    return model is Studio or any(field.column == "studio_id" for field in _fields(model))


def _fields(model: type[models.Model]) -> Any:
    return model._meta.concrete_fields


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
