"""The data folder of the embedded PostgreSQL: made once, whole or not at all, with our two logins in it."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from cms.embedded import home as homes
from cms.embedded.home import CannotStart
from cms.embedded.identity import Ourselves
from cms.embedded.programs import Programs

SUPERUSER = "postgres"
# Letters are Unicode's, else the trigrams of Chinese and Arabic titles would be empty; order is that of code
# points, the same on every machine.
_LOCALE = ("--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8")
_BUILTIN_LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
_WORD_WITHOUT_SPACES = "豪门"
_LEVELS = ("FATAL:", "PANIC:", "error:")
_DISK_TROUBLE = ("No space left", "Read-only file system", "Permission denied", "Disk quota exceeded")


class OtherMajor(CannotStart):
    def __init__(self, data: Path, made_by: str, programs: Programs) -> None:
        super().__init__(
            f"The database in {data} was made by PostgreSQL {made_by} and the programs in {programs.folder} "
            f"are of {programs.major}: name a folder of PostgreSQL {made_by} in OCTAVO_POSTGRES_BIN, "
            "or make a backup with those and restore it into an empty OCTAVO_HOME."
        )


class CannotSearch(CannotStart):
    def __init__(self) -> None:
        super().__init__(
            "This database would never find a Chinese, Japanese or Arabic title: make it anew with LC_CTYPE C.UTF-8."
        )


def make(data: Path, programs: Programs, identity: Ourselves, *, durable: bool) -> None:
    """Make the data folder beside its place and rename it, so that a half-made one is never seen.

    Raises Unusable where the disk is full or may not be written.
    """
    aside = data.with_name(data.name + ".making")
    shutil.rmtree(aside, ignore_errors=True)
    done = subprocess.run(
        [
            programs.path("initdb"),
            f"--pgdata={aside}",
            f"--username={SUPERUSER}",
            "--auth=trust",  # the socket's folder decides who may come in
            "--data-checksums",
            *_LOCALE,
            *(_BUILTIN_LOCALE if programs.major >= 17 else ()),
            *(() if durable else ("--no-sync",)),
        ],
        preexec_fn=identity.become,
        env={"PATH": os.environ.get("PATH", os.defpath)},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        shutil.rmtree(aside, ignore_errors=True)
        raise refusal(data.parent, done.stderr)
    aside.rename(data)


def refuse_other_major(data: Path, programs: Programs) -> None:
    """Raise OtherMajor when the data folder is of a version that ``programs`` cannot read."""
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(programs.major):
        raise OtherMajor(data, made_by, programs)


def admit(home: Path) -> None:
    """Make our two logins and the database, as far as they lack: a first start may have died half-way."""
    owner, app = (sql.Identifier(homes.LOGINS[login]) for login in ("owner", "app"))
    with _superuser(home) as connection:
        present = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        if homes.LOGINS["owner"] not in present:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(owner))
        if homes.LOGINS["app"] not in present:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(app))
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [homes.DATABASE]).rowcount:
            _refuse_blind_search(connection)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(homes.DATABASE), owner))


def _superuser(home: Path) -> psycopg.Connection:
    return psycopg.connect(
        host=str(homes.socket_folder(home)),
        port=homes.PORT,
        user=SUPERUSER,
        dbname=SUPERUSER,
        autocommit=True,
    )


def _refuse_blind_search(connection: psycopg.Connection) -> None:
    """Try a trigram search in a transaction that leaves nothing behind. Raises CannotSearch."""
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        found = connection.execute("SELECT show_trgm(%s)", [_WORD_WITHOUT_SPACES]).fetchone()
    if found is None or not found[0]:
        raise CannotSearch


def refusal(place: Path, output: str) -> CannotStart:
    """Turn what a program of PostgreSQL said into the sentence for the person who started us."""
    lines = output.strip().splitlines() or ["it did not say why"]
    about_the_disk = [line for line in lines if any(sign in line for sign in _DISK_TROUBLE)]
    grave = [line for line in lines if any(level in line for level in _LEVELS)]
    why = (about_the_disk or grave or lines)[-1]
    for level in _LEVELS:
        why = why.rpartition(level)[2].strip().rstrip(".")
    if about_the_disk:
        return homes.Unusable(place, why)
    return CannotStart(f"PostgreSQL does not start in {place}: {why}.")
