"""Migration operations that make a table a studio's own: row-level security, the audit, and frozen columns."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation

#: Added, never changed: PostgreSQL's own words for the two table privileges that history must not grant.
_REWRITING = "UPDATE, DELETE, TRUNCATE"


class _OnTable(Operation):
    """Something about the table of ``model`` that Django's state does not know.

    ``studio_column`` is the column that names the studio. A change of nothing but ``silent`` columns is not worth a row
    of the audit: they tell when a machine did something. Of ``personal`` columns the audit keeps a reference to a
    PersonalText in the place of the value, so that it can be erased. ``omitted`` columns it does not keep at all.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        model: str,
        *,
        studio_column: str = "studio_id",
        silent: Sequence[str] = (),
        personal: Sequence[str] = (),
        omitted: Sequence[str] = (),
    ) -> None:
        self.model = model
        self.studio_column = studio_column
        self.silent = silent
        self.personal = personal
        self.omitted = omitted

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def _table(self, app_label: str, schema_editor: Any, state: Any) -> str:
        return schema_editor.quote_name(state.apps.get_model(app_label, self.model)._meta.db_table)

    def _noun(self, app_label: str) -> str:
        return f"{app_label}.{self.model.lower()}"

    def _recording(self, app_label: str, table: str) -> str:
        """SQL of the trigger that writes the audit; of its arguments the empty ones at the end are left out."""
        arguments = [self._noun(app_label), self.studio_column]
        arguments += [",".join(columns) for columns in (self.silent, self.personal, self.omitted)]
        while not arguments[-1]:
            arguments.pop()
        listed = ", ".join(f"'{argument}'" for argument in arguments)
        return (
            f"CREATE TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION octavo_record_change({listed})"
        )


class Isolate(_OnTable):
    """Let only the studio of the current scope see and write the rows of ``model``, and record every change.

    ``audited=False`` is for rows that are themselves history. ``append_only`` takes
    UPDATE and DELETE from the ``app`` login; ``may_change`` names the only columns that it may still update. Row
    security is ENABLEd, not FORCEd: the owner runs migrations and backups, and ``app`` owns nothing.
    """

    def __init__(
        self,
        model: str,
        *,
        audited: bool = True,
        append_only: bool = False,
        may_change: Sequence[str] | None = None,
        **of_table: Any,
    ) -> None:
        super().__init__(model, **of_table)
        self.audited = audited
        self.append_only = append_only
        self.may_change = may_change

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._table(app_label, schema_editor, to_state)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(
            f"CREATE POLICY own_studio ON {table} USING ({self.studio_column} = current_setting('octavo.studio')::uuid)"
        )
        if self.audited:
            schema_editor.execute(self._recording(app_label, table))
        if self.append_only:
            schema_editor.execute(f"REVOKE {_REWRITING} ON {table} FROM {settings.APP_LOGIN}")
        if self.may_change is not None:
            columns = ", ".join(schema_editor.quote_name(column) for column in self.may_change)
            schema_editor.execute(f"REVOKE UPDATE ON {table} FROM {settings.APP_LOGIN}")
            if columns:
                schema_editor.execute(f"GRANT UPDATE ({columns}) ON {table} TO {settings.APP_LOGIN}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._table(app_label, schema_editor, from_state)
        schema_editor.execute(f"DROP TRIGGER IF EXISTS record_change ON {table}")
        schema_editor.execute(f"DROP POLICY own_studio ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {settings.APP_LOGIN}")

    def describe(self) -> str:
        return f"Isolate the rows of {self.model} by studio"

    @property
    def migration_name_fragment(self) -> str:
        return f"isolate_{self.model.lower()}"


class Audit(_OnTable):
    """Have changes of ``model`` recorded in this way from now on. ``is_new``: until now none were."""

    def __init__(self, model: str, *, is_new: bool = False, **of_table: Any) -> None:
        super().__init__(model, **of_table)
        self.is_new = is_new

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._table(app_label, schema_editor, to_state)
        schema_editor.execute(f"DROP TRIGGER IF EXISTS record_change ON {table}")
        schema_editor.execute(self._recording(app_label, table))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._table(app_label, schema_editor, from_state)
        schema_editor.execute(f"DROP TRIGGER record_change ON {table}")
        if not self.is_new:
            before = type(self)(self.model, studio_column=self.studio_column)
            schema_editor.execute(before._recording(app_label, table))

    def describe(self) -> str:
        return f"Audit {self.model}"

    @property
    def migration_name_fragment(self) -> str:
        return f"audit_{self.model.lower()}"


def definer(signature: str, returns: str, body: str, *, language: str = "sql", volatile: str = "STABLE") -> str:
    """SQL of a function that runs as the owner, for what a policy would refuse or rob of its index.

    Such a function returns ids only, pins its search path, and is executable by ``app`` alone.
    """
    name = signature.partition("(")[0]
    arguments = ", ".join(
        part.strip().split(" ", 1)[1] for part in signature.partition("(")[2].rstrip(")").split(",") if part.strip()
    )
    return (
        f"CREATE OR REPLACE FUNCTION {signature} RETURNS {returns} LANGUAGE {language} {volatile} SECURITY DEFINER"
        f" SET search_path = public, pg_temp AS $body$ {body} $body$;"
        f" REVOKE ALL ON FUNCTION {name}({arguments}) FROM PUBLIC;"
        f" GRANT EXECUTE ON FUNCTION {name}({arguments}) TO {settings.APP_LOGIN}"
    )
