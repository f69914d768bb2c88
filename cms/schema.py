"""Whether the database is as old as the code: brought up to date where we may, refused where it is newer."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from cms.embedded.home import CannotStart
from cms.owner import as_owner

# Any number will do, as long as every Octavo takes the same.
_MIGRATING = 0x0C7A70


class Newer(CannotStart):
    def __init__(self, migration: str) -> None:
        self.migration = migration
        super().__init__(
            f"This database comes from a newer Octavo, which made {migration}: start that version, or restore a "
            "backup that this version made into an empty OCTAVO_HOME."
        )


class Unreachable(CannotStart):
    def __init__(self, why: str) -> None:
        super().__init__(
            f"The database does not let the owner in ({why}): start it, or correct OCTAVO_OWNER_DATABASE_URL and "
            "DATABASE_URL."
        )


def bring_up_to_date() -> int:
    """Apply what is missing, as the owner; of several that start at once one does, and the others wait.

    Returns how many migrations were applied. Raises Newer or Unreachable.
    """
    with _one_at_a_time():
        with as_owner():
            executor = MigrationExecutor(connection)
            refuse_unknown(".".join(each) for each in executor.loader.applied_migrations)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            call_command("migrate", interactive=False, verbosity=0)
    return len(missing)


def refuse_unknown(migrations: Iterable[str]) -> None:
    """Raise Newer if one of ``migrations``, as ``app.name``, is not known to this code."""
    loader = MigrationLoader(connection=None)
    known = {".".join(each) for each in (*loader.disk_migrations, *loader.replacements)}
    for migration in sorted(set(migrations) - known):
        raise Newer(migration)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold an advisory lock on a connection of its own: migrating opens and closes the default one."""
    owner = settings.DATABASE_OWNER
    try:
        holder = psycopg.connect(
            host=owner["HOST"] or None,
            port=owner["PORT"] or None,
            user=owner["USER"],
            password=owner["PASSWORD"] or None,
            dbname=owner["NAME"],
            autocommit=True,
            connect_timeout=5,
        )
    except psycopg.OperationalError as reason:
        raise Unreachable(str(reason).strip().splitlines()[-1]) from reason
    with holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        yield
