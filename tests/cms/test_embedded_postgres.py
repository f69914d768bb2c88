import os
import shutil
import stat
import threading
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from cms import env
from cms.embedded import home, identity, postgres, programs
from cms.embedded.cluster import OtherMajor
from cms.embedded.home import CannotStart
from cms.embedded.postgres import Server
from tests.cms.processes import eventually, of_home, script

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

#: Starts a server of the home and stays until it is told, or killed.
STARTER = """
from cms.embedded.postgres import Server
with Server(durable=False) as server:
    print(server.is_ours, flush=True)
    input()
"""

#: Uses the server of the home as a short command does.
BORROWER = """
from cms.embedded.postgres import borrowed
with borrowed():
    print("in", flush=True)
    input()
"""


def connect(place: Path, login: str = "app") -> psycopg.Connection:
    to = home.database(login, place)
    return psycopg.connect(host=to["HOST"], port=to["PORT"], user=to["USER"], dbname=to["NAME"], autocommit=True)


def ask(place: Path, question: str, login: str = "app"):
    with connect(place, login) as connection:
        return connection.execute(question).fetchall()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("home"), durable=False) as running:
        yield running


@pytest.fixture
def place(tmp_path):
    """An empty home."""
    return tmp_path / "home"


@contextmanager
def started(place: Path):
    """A process that has started the server of ``place`` and holds it."""
    process = script(place, STARTER)
    process.stdout.readline()
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_the_first_start_makes_two_logins_that_may_do_no_more_than_they_need(server):
    roles = "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname LIKE 'octavo%' ORDER BY 1"

    assert ask(server.home, roles) == [("octavo_app", False, False, False), ("octavo_owner", False, False, True)]
    assert ask(server.home, "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'octavo'") == [
        ("octavo_owner",)
    ]


def test_the_app_login_makes_no_tables(server):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connect(server.home) as app:
        app.execute("CREATE TABLE mine ()")


def test_chinese_and_arabic_titles_have_trigrams(server):
    with connect(server.home, "owner") as owner:
        owner.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")

    assert ask(server.home, "SELECT cardinality(show_trgm('豪门')) > 0, cardinality(show_trgm('قصر')) > 0") == [
        (True, True)
    ]


def test_it_listens_nowhere_but_on_a_private_socket(server):
    folder = home.socket_folder(server.home)

    assert ask(server.home, "SHOW listen_addresses") == [("",)]
    assert [stat.S_IMODE(place.stat().st_mode) for place in (folder, server.home / "db")] == [0o700, 0o700]


def test_a_second_server_of_the_home_is_the_first_one(server):
    with Server(server.home) as second:
        assert not second.is_ours

    assert server.is_alive()


def test_servers_are_started_by_the_main_thread_alone(place):
    said = []

    def start() -> None:
        with pytest.raises(RuntimeError, match="main thread") as refused:
            Server(place, durable=False).start()
        said.append(refused)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert len(said) == 1


def test_of_two_that_start_at_once_one_has_the_server_and_both_use_it(place):
    starters = [script(place, STARTER) for _ in range(2)]
    owns_it = [starter.stdout.readline().strip() for starter in starters]
    for starter in starters:
        starter.kill()
        starter.wait()

    assert sorted(owns_it) == ["False", "True"]


def test_a_killed_starter_takes_the_server_along(place):
    with started(place) as starter:
        starter.kill()

    assert eventually(lambda: not of_home(place))


def test_a_killed_server_is_started_again_with_everything_that_was_committed(place):
    with Server(place) as server:
        with connect(place, "owner") as owner:
            owner.execute("CREATE TABLE series AS SELECT 'The Heir of Lantern Street' AS title")
        server.process.kill()
        server.process.wait()
        assert not server.is_alive()

        server.start()

        assert ask(place, "SELECT title FROM series", "owner") == [("The Heir of Lantern Street",)]


def test_a_pid_file_that_names_a_living_stranger_stops_nobody(place):
    with Server(place, durable=False) as server:
        server.process.kill()
        server.process.wait()
        for file in (place / "db" / "postmaster.pid", home.socket_folder(place) / ".s.PGSQL.5432.lock"):
            number, rest = file.read_text().split("\n", 1)
            assert number == str(server.process.pid)
            file.write_text(f"{os.getppid()}\n{rest}")

        server.start()

        assert ask(place, "SELECT 1") == [(1,)]


def test_a_cluster_that_was_never_finished_is_made_anew(place):
    rubble = home.writable("db.making", place) / "PG_VERSION"
    rubble.write_text("18")

    with Server(place, durable=False):
        assert ask(place, "SELECT 1") == [(1,)]

    assert not rubble.exists()


def test_a_deep_home_has_a_short_socket(tmp_path):
    deep = tmp_path.joinpath(*["a series of a hundred episodes"] * 4)

    with Server(deep, durable=False):
        folder = home.socket_folder(deep)
        assert ask(deep, "SELECT 1") == [(1,)]
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    shutil.rmtree(folder)
    assert not folder.is_relative_to(deep)


def test_a_socket_folder_of_somebody_else_is_not_used(tmp_path):
    trap = tmp_path / "link"
    trap.symlink_to(tmp_path)

    with pytest.raises(CannotStart, match="belongs to somebody else"):
        identity.make_private(trap)


def test_the_data_of_another_major_is_refused_with_what_to_do(place):
    home.writable("db", place).joinpath("PG_VERSION").write_text("14\n")

    with pytest.raises(OtherMajor, match="made by PostgreSQL 14 .* OCTAVO_POSTGRES_BIN"):
        Server(place).start()


@as_root
def test_as_root_the_files_stay_roots_and_the_server_has_no_rights_of_root(place):
    with Server(place, durable=False) as server:
        if not isinstance(server.identity, identity.Namespaced):
            pytest.skip("this machine allows no user namespaces")
        rights = Path(f"/proc/{server.process.pid}/status").read_text()

    assert (place / "db").stat().st_uid == 0
    assert "CapEff:\t0000000000000000" in rights


@as_root
def test_where_namespaces_are_forbidden_root_lets_nobody_run_it(place):
    programs_folder = programs.find().folder
    if not all(folder.stat().st_mode & stat.S_IXOTH for folder in (programs_folder, *programs_folder.parents)):
        pytest.skip(f"nobody may not reach {programs_folder}: a folder above it is closed to others")
    state = Path("/var/lib/octavo") / home.digest(place)
    try:
        with Server(place, durable=False, runs_as=identity.Nobody()) as server:
            assert ask(place, "SELECT 1") == [(1,)]
            server.process.kill()
            server.process.wait()
        with Server(place, durable=False) as again:
            assert isinstance(again.identity, identity.Nobody)
            assert (place / "db").resolve() == state / "db"
    finally:
        shutil.rmtree(state, ignore_errors=True)


@pytest.mark.parametrize("folder", sorted(Path("/usr/lib/postgresql").glob("*/bin")), ids=lambda path: path.parent.name)
def test_a_system_postgres_will_do(folder, place, monkeypatch):
    monkeypatch.setenv("OCTAVO_POSTGRES_BIN", str(folder))

    with Server(place, durable=False):
        (version,) = ask(place, "SHOW server_version")

    assert version[0].split(".")[0] == folder.parent.name


def test_the_packages_bring_every_program_that_is_needed(monkeypatch):
    monkeypatch.delenv("OCTAVO_POSTGRES_BIN", raising=False)
    found = programs.find()

    assert found.major in programs.MAJORS
    assert [
        name for name in ("initdb", "postgres", "pg_dump", "pg_restore") if not Path(found.path(name)).exists()
    ] == []


def test_a_folder_without_postgres_is_a_wrong_setting(monkeypatch, tmp_path):
    monkeypatch.setenv("OCTAVO_POSTGRES_BIN", str(tmp_path))

    with pytest.raises(env.WrongSetting, match="OCTAVO_POSTGRES_BIN is .* PostgreSQL 15 to 18"):
        programs.find()


def test_a_command_that_started_the_server_waits_for_those_that_joined(place):
    first = script(place, BORROWER)
    first.stdout.readline()
    second = script(place, BORROWER)
    second.stdout.readline()

    first.stdin.write("\n")
    first.stdin.flush()
    said = first.stderr.readline()
    still_answers = postgres.answers(place)
    second.communicate("\n")
    first.communicate()

    assert said.startswith("Another Octavo command still uses the database")
    assert still_answers
    assert not postgres.answers(place)
