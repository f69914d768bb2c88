"""Measurements of the product from inside, on a throw-away home and the embedded server of it, in a child process.

The settings are read once per process and name the user's database, so whatever measures Octavo from inside runs in a
child whose environment names the throw-away home alone.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg

from benchmarks import Figure
from cms.embedded import cluster, home, postgres
from cms.embedded.home import CHECKOUT
from cms.embedded.testing import home_for_tests

#: Whatever the shell names, a benchmark writes only to what it made itself.
_OUTSIDE = ("DATABASE_URL", "OCTAVO_OWNER_DATABASE_URL", "OCTAVO_BROKER_URL", "OCTAVO_STORAGE_URL", "OCTAVO_DEBUG")


class Failed(Exception):
    """The child ended without its figures; what it said is on the terminal."""


def figures_of(module: str, **options: int) -> Iterator[Figure]:
    """The figures of ``module.measure(**options)`` as a child yields them, on a server of its own. Raises Failed."""
    with home_for_tests() as place, postgres.Server(place, durable=False):
        _let_owner_skip_triggers(place)
        with _child(module, place, options) as child:
            for line in child.stdout or ():
                yield Figure(**json.loads(line))
        if child.returncode:
            raise Failed(f"{module} ended with exit code {child.returncode}")


@contextlib.contextmanager
def _child(module: str, place: Path, options: dict[str, int]) -> Iterator[subprocess.Popen[str]]:
    inherited = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.inside", module, json.dumps(options)],
        cwd=CHECKOUT,
        env={**inherited, "OCTAVO_HOME": str(place), "DJANGO_SETTINGS_MODULE": "cms.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        if sys.exc_info()[0] is not None:
            child.terminate()
        child.wait()


def _let_owner_skip_triggers(place: Path) -> None:
    """Seeding writes millions of rows whose keys are right by construction, and wants no Change row for each."""
    address = {"host": str(home.socket_folder(place)), "port": home.PORT, "dbname": home.DATABASE}
    with psycopg.connect(user=cluster.SUPERUSER, autocommit=True, **address) as superuser:
        superuser.execute(f"GRANT SET ON PARAMETER session_replication_role TO {home.LOGINS['owner']}")
