"""Ids, and foreign keys that cannot lead into another studio."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.constraints import BaseConstraint
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7: unique everywhere, never re-used, and in order of making."""
    return uuid7()


def parent() -> models.UniqueConstraint:
    """What a table needs so that other tables of the same studio can refer to it."""
    return models.UniqueConstraint(fields=["studio", "id"], name="%(app_label)s_%(class)s_in_its_studio")


class SameStudio(BaseConstraint):
    """A composite foreign key (studio, ``field``): the row referred to belongs to the same studio.

    It replaces the plain foreign key in the database, so ``field`` says ``db_constraint=False``. The statement is
    deferred to the end of the migration because the autodetector may add it before the parent's unique key.
    """

    def __init__(self, *, field: str, name: str = "", violation_error_message: str | None = None) -> None:
        self.field = field
        super().__init__(
            name=name or f"%(app_label)s_%(class)s_{field}_of_same_studio",
            violation_error_message=violation_error_message,
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        self._add_at_the_end(model, schema_editor)
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        self._add_at_the_end(model, schema_editor)
        return "SELECT 1"  # Django executes, or defers, whatever this returns

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT IF EXISTS {quote(self.name)}"

    def _add_at_the_end(self, model: Any, schema_editor: Any) -> None:
        field = model._meta.get_field(self.field)
        quote = schema_editor.quote_name
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)}"
            f" FOREIGN KEY (studio_id, {quote(field.column)})"
            f" REFERENCES {quote(field.remote_field.model._meta.db_table)} (studio_id, id)"
            f" DEFERRABLE INITIALLY IMMEDIATE"
        )

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        field = model._meta.get_field(self.field)
        wanted = getattr(instance, field.attname)
        if wanted is None or (exclude and self.field in exclude):
            return
        # Row-level security hides other studios' rows, so a foreign id looks exactly like a missing one.
        if not field.remote_field.model._base_manager.using(using).filter(pk=wanted).exists():
            raise ValidationError({self.field: _("Choose one that still exists.")})

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "field": self.field}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameStudio) and (self.name, self.field) == (other.name, other.field)

    def __hash__(self) -> int:
        return hash((self.name, self.field))
