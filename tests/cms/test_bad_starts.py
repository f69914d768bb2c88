"""A start that cannot be: one sentence that says what to do, exit code 1, no traceback, and nothing left running."""

import shutil
import socket
import subprocess
import sys

import psycopg
import pytest

from cms.embedded import home
from cms.embedded.postgres import Server
from tests.cms.processes import ROOT, environment, free_port, manage, of_home

WRITE_ELSEWHERE = "free some space there, make it writable, or name another folder in OCTAVO_HOME."
OWN_MOUNTS = ("unshare", "--user", "--map-root-user", "--mount")
MANAGE = f"{sys.executable} manage.py showmigrations jobs"


@pytest.fixture
def place(tmp_path):
    return tmp_path / "home"


def refusal(place, *arguments, **more):
    """The sentence with which a command is refused."""
    refused = manage(place, *arguments, **more)
    assert refused.returncode == 1
    assert of_home(place) == []
    return refused.stderr


def on_a_disk(place, options, *commands):
    """Run lines of shell where the home is a small disk of its own, which nobody else sees."""
    place.mkdir()
    lines = " && ".join([f"mount -t tmpfs -o {options} tmpfs {place}", *commands])
    return subprocess.run(
        [*OWN_MOUNTS, "sh", "-c", lines],
        cwd=ROOT, env=environment(place), capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def disks():
    """Skip where nobody may mount anything."""
    trial = [*OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if shutil.which("unshare") is None or subprocess.run(trial, capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount a disk of their own")


def test_a_port_in_use(place):
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        said = refusal(place, "up", "--port", str(port))

    assert said == (
        f"Port {port} is in use by another program: stop that one, or choose another port, such as --port {port + 1}.\n"
    )


def test_an_address_of_another_machine(place):
    said = refusal(place, "up", "--port", "8000", OCTAVO_BIND="192.0.2.1")

    assert said == (
        "Octavo cannot listen on 192.0.2.1 port 8000 (Cannot assign requested address): choose another address in "
        "OCTAVO_BIND, or another --port.\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("OCTAVO_PORT", "eighty", "a whole number from 1 to 65535"),
        ("OCTAVO_HOME", "here", "an absolute path"),
    ],
)
def test_a_wrong_environment_variable(place, name, value, accepted):
    said = refusal(place, "up", **{name: value})

    assert said == f"The environment variable {name} is {value!r}; it accepts {accepted}.\n"


def test_a_database_that_is_away(place):
    said = refusal(place, "showmigrations", DATABASE_URL=f"postgresql://octavo_app@127.0.0.1:{free_port()}/octavo")

    assert said == "The database does not answer: start it, or correct DATABASE_URL.\n"


def test_a_database_of_another_major(place):
    home.writable("db", place).joinpath("PG_VERSION").write_text("14\n")

    said = refusal(place, "up", "--port", str(free_port()))

    assert said.startswith(f"The database in {place / 'db'} was made by PostgreSQL 14 ")
    assert said.endswith("or make a backup with those and restore it into an empty OCTAVO_HOME.\n")
    assert said.count("\n") == 1


def test_a_database_that_is_newer_than_the_code(place):
    with Server(place, durable=False):
        to = home.database("owner", place)
        with psycopg.connect(host=to["HOST"], port=to["PORT"], user=to["USER"], dbname=to["NAME"]) as owner:
            owner.execute(
                "CREATE TABLE django_migrations"
                " (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, app text, name text, applied timestamptz)"
            )
            owner.execute("INSERT INTO django_migrations (app, name) VALUES ('studios', '9999_from_the_future')")

    said = refusal(place, "up", "--port", str(free_port()))

    assert said == (
        "This database comes from a newer Octavo, which made studios.9999_from_the_future: start that version, or "
        "restore a backup that this version made into an empty OCTAVO_HOME.\n"
    )


def test_a_home_that_may_not_be_written(place, disks):
    refused = on_a_disk(place, "ro", MANAGE)

    assert refused.stderr == f"Octavo cannot write to {place} (Read-only file system): {WRITE_ELSEWHERE}\n"
    assert refused.returncode == 1


@pytest.mark.parametrize("size", ["3m", "40m"])
def test_a_disk_that_is_too_small_for_a_database(place, disks, size):
    refused = on_a_disk(place, f"size={size}", MANAGE)

    assert refused.stderr.startswith(f"Octavo cannot write to {place} (could not ")
    assert refused.stderr.endswith(f"No space left on device): {WRITE_ELSEWHERE}\n")
    assert refused.stderr.count("\n") == 1
    assert refused.returncode == 1


def test_a_disk_that_is_full_loses_nothing(place, disks):
    filled = f"head -c 1G /dev/zero > {place}/filler 2> /dev/null; ! {MANAGE}"
    done = on_a_disk(place, "size=120m", f"{MANAGE} > /dev/null", filled, f"rm {place}/filler", MANAGE)

    assert done.stderr == (
        f'Octavo cannot write to {place} (could not write lock file "postmaster.pid": No space left on device): '
        f"{WRITE_ELSEWHERE}\n"
    )
    assert done.stdout.startswith("jobs\n")
    assert done.returncode == 0
