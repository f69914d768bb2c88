"""The second database login: it owns the tables, so migrations and test set-up run as it, and nothing else does."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection be the owner's for the length of the block."""
    app_login = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    owner = {key: settings.DATABASE_OWNER[key] for key in app_login}
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(app_login)
