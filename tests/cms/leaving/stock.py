"""A studio with something in every room, what is left of it, and a second installation to bring it to."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import sql

from cms.backups import database
from cms.leaving.manifest import COMPLETE, NAME
from cms.leaving.purging import in_order
from cms.owner import as_owner
from studios.models import Notice, Studio, StudioKey, User
from studios.notices import tell
from studios.scope import scope
from tests.cms.processes import eventually, manage, script
from tests.cms.stock import one_of_each
from tests.titles.distribution.stories import relay_at
from titles.catalog.models import Episode, Series
from titles.distribution.models import Partner, PartnerKey
from titles.distribution.releasing import submit_series

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
DROPBOX = "s3://key:dropbox-secret@bucket.example/packs"


def fill(studio: Studio, *, author: User, reviewer: User) -> Series:
    """One of each, released and told to a partner, with keys, a notice and all their history."""
    with scope(studio, person=author, door="admin"):
        one_of_each(1, author=author, reviewer=reviewer)
        series = Series.objects.get()
        submit_series(series, by=author).approve(by=reviewer)
        partner = Partner.objects.get()
        partner.dropbox = DROPBOX
        partner.save()
        PartnerKey.make(partner, by=author)
        StudioKey.make("reporting", scopes=["catalog"], by=author)
        tell(reviewer, Notice.Kind.MENTION, Episode.objects.get(), "%(row)s is told.", by=author)
    relay_at(series, timezone.now())
    return series


def rows_of(studio_id: UUID) -> dict[str, list[str]]:
    """Every row of the studio in every table that the catalog has, as the owner sees them; tables without any aside."""
    with as_owner(), connection.cursor() as cursor:
        found = {}
        for table in in_order():
            column = "id" if table == "studios_studio" else "studio_id"
            cursor.execute(
                sql.SQL("SELECT whole::text FROM {} whole WHERE {} = %s ORDER BY id")
                .format(sql.Identifier(table), sql.Identifier(column))
                .as_string(),
                [studio_id],
            )
            if rows := [row[0] for row in cursor.fetchall()]:
                found[table] = rows
    return found


def files_of(studio_id: UUID, home: Path) -> dict[str, bytes]:
    """By store and name: what the studio has in the stores of a home."""
    files = [file for file in (home / "media").glob(f"*/{studio_id}/**/*") if file.is_file()]
    return {str(file.relative_to(home)): file.read_bytes() for file in files}


def forge(folder: Path, path: str, edit: Callable[[str], str]) -> None:
    """Alter a file of an export so that no digest tells."""
    (folder / path).write_text(edit((folder / path).read_text()))
    manifest = json.loads((folder / NAME).read_text())
    for entry in manifest["files"]:
        if entry["path"] == path:
            written = (folder / path).read_bytes()
            entry |= {"bytes": len(written), "sha256": hashlib.sha256(written).hexdigest()}
            entry["rows"] = len(written.splitlines())
    seal(folder, manifest)


def seal(folder: Path, manifest: dict[str, Any]) -> None:
    (folder / NAME).write_text(json.dumps(manifest))
    (folder / COMPLETE).write_text(hashlib.sha256((folder / NAME).read_bytes()).hexdigest() + "\n")


@dataclass(frozen=True)
class Installation:
    """A home and a database that commands run on in processes of their own."""

    home: Path
    database: str

    def login(self, user: str) -> dict[str, str]:
        host, port = settings.DATABASE_OWNER["HOST"], settings.DATABASE_OWNER["PORT"]
        return {"dbname": self.database, "host": host, "port": port, "user": user}

    def environment(self) -> dict[str, str]:
        def address(user: str) -> str:
            to = self.login(user)
            return f"postgresql://{user}@/{self.database}?host={to['host']}&port={to['port']}"

        return {
            "DATABASE_URL": address(settings.APP_LOGIN),
            "OCTAVO_OWNER_DATABASE_URL": address(settings.DATABASE_OWNER["USER"]),
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return manage(self.home, *arguments, **self.environment())

    def script(self, text: str) -> "subprocess.Popen[str]":
        """Lines of Python after django.setup()."""
        setup = "".join(f"import os; os.environ[{name!r}] = {value!r}\n" for name, value in self.environment().items())
        setup += "os.environ['DJANGO_SETTINGS_MODULE'] = 'cms.settings'\nimport django; django.setup()\n"
        return script(self.home, setup + text)

    def as_owner(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(**self.login(settings.DATABASE_OWNER["USER"]))

    def somebody_waits(self, user: str) -> bool:
        """Whether a session of this login waits for a lock, within a minute; others' sessions nobody may look into."""
        with psycopg.connect(**self.login(user), autocommit=True) as watching:
            return eventually(lambda: watching.execute(_WAITING).fetchone() == (1,))


def copy_of_database(name: str, folder: Path) -> None:
    """Make the database ``name`` as the one of the tests is now; whoever is in that may stay."""
    owner = settings.DATABASE_OWNER
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(owner, "NAME", connection.settings_dict["NAME"])
        database.save(folder)
        _on_server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        patch.setitem(owner, "NAME", name)
        database.bring_back(folder)


def drop_database(name: str) -> None:
    _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _on_server(statement: sql.Composed) -> None:
    owner = settings.DATABASE_OWNER
    to = {"dbname": "postgres", "host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"]}
    with psycopg.connect(**to, autocommit=True) as server:
        server.execute(statement)
