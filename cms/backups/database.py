"""The database as one file of a backup, written and read by PostgreSQL's own programs as the owner."""

import os
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from cms.embedded import programs
from cms.embedded.home import CannotStart
from cms.owner import as_owner

NAME = "database.dump"


class ProgramFailed(CannotStart):
    def __init__(self, program: str, output: str) -> None:
        said = [line for line in output.splitlines() if "error:" in line] or ["it did not say why"]
        super().__init__(f"{program} failed ({said[0]}); nothing half-made was kept.")


def save(folder: Path) -> None:
    _run("pg_dump", "--format=custom", f"--file={folder / NAME}")


def bring_back(folder: Path) -> None:
    """Load the dump into the empty database, whole or not at all."""
    _run(
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        f"--dbname={settings.DATABASE_OWNER['NAME']}",
        str(folder / NAME),
    )


def migrations() -> list[str]:
    """What the database has had, as ``app.name``."""
    with as_owner():
        return sorted(".".join(each) for each in MigrationRecorder(connection).applied_migrations())


def is_empty() -> bool:
    """Whether nobody has made a table in it."""
    with as_owner(), connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def _run(program: str, *arguments: str) -> None:
    owner = settings.DATABASE_OWNER
    login = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    done = subprocess.run(
        [programs.find().path(program), "--no-password", *arguments],
        env={**os.environ, **{variable: owner[key] for variable, key in login.items() if owner[key]}},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise ProgramFailed(program, done.stderr)
