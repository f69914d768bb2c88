"""Several databases and logins side by side in one process, so that what is compared is measured in turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import load_backend


class Door:
    """A connection of its own to ``database`` as a login: inside ``with door:`` it is Django's default one.

    It stays open in between, so nobody pays for connecting while the other side is warm. Nothing is done in parallel:
    what helpers of the server spend would escape the measurement.
    """

    def __init__(self, database: str, *, as_owner: bool = False) -> None:
        app = connections.settings[DEFAULT_DB_ALIAS]
        login = settings.DATABASE_OWNER if as_owner else app
        there = {**app, "NAME": database, "USER": login["USER"], "PASSWORD": login["PASSWORD"], "CONN_MAX_AGE": None}
        there["OPTIONS"] = {**app["OPTIONS"], "options": "-c max_parallel_workers_per_gather=0"}
        self.connection: Any = load_backend(app["ENGINE"]).DatabaseWrapper(there, DEFAULT_DB_ALIAS)
        self.before: Any = None

    def __enter__(self) -> "Door":
        self.before, connections[DEFAULT_DB_ALIAS] = connections[DEFAULT_DB_ALIAS], self.connection
        return self

    def __exit__(self, *_: object) -> None:
        connections[DEFAULT_DB_ALIAS] = self.before

    @contextmanager
    def counting(self) -> Iterator["Tally"]:
        """Count what is sent through this door in the block, and what it costs the server."""
        self.connection.ensure_connection()
        tally = Tally(self.connection.connection.info.backend_pid)
        with self.connection.execute_wrapper(tally):
            yield tally


class Tally:
    """Statements, and the processor time that the server spends on them.

    Time on the clock would be that of all who share the machine. Transactions and scopes open and close uncounted.
    """

    _UNCOUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")

    def __init__(self, backend: int) -> None:
        self.schedule = Path(f"/proc/{backend}/schedstat")
        self.statements = 0
        self.database_ms = 0.0

    def __call__(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.startswith(self._UNCOUNTED):
            return execute(sql, parameters, many, context)
        before_ms = self._processor_ms()
        try:
            return execute(sql, parameters, many, context)
        finally:
            self.statements += 1
            self.database_ms += self._processor_ms() - before_ms

    def _processor_ms(self) -> float:
        """What the kernel has given the server's process so far (proc(5): the first number, in nanoseconds)."""
        return int(self.schedule.read_text().split()[0]) / 1_000_000
