"""What machines ask: does the process live, and is everything there that it needs?"""

import logging
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from cms import celery, presence
from titles.jobs.models import WorkerSeen
from titles.media import storing

STORES = ("masters", "packages", "artwork")
POOLS = frozenset({"media", "general"})
EMBEDDED_BROKER = "octavo-pgmq"
_PATIENCE_S = 3

log = logging.getLogger(__name__)


class Missing(Exception):
    """Something that Octavo needs is not there; the text says what, and nothing about how it is reached."""


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is looked at, since a restart would mend nothing else."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything is there, else 503; either way every need with ``"ok"`` or what is wrong with it."""
    found = {need: _look(need, check) for need, check in NEEDS.items()}
    is_ready = set(found.values()) == {"ok"}
    return JsonResponse({"ready": is_ready, **found, **_warnings()}, status=200 if is_ready else 503)


def _warnings() -> dict[str, str]:
    """What is no reason to send nobody here, but to look after it soon."""
    if not storing.is_short_of_room():
        return {}
    return {"warning": "the disk is nearly full: nothing is taken in until there is room"}


def _look(need: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Missing as what:
        return str(what)
    except Exception as reason:  # whatever a driver raises, the probe is answered
        log.warning("Not ready, %s: %s", need, reason)
        return "does not answer"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    """Connect anew: a connection of the pool may only believe that it is one."""
    if settings.CELERY_BROKER_URL.startswith(EMBEDDED_BROKER):
        _queues_in_database()
        return
    with celery.app.connection_for_write(connect_timeout=_PATIENCE_S) as broker:
        broker.ensure_connection(max_retries=1, timeout=_PATIENCE_S)


def _queues_in_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT queue_name FROM pgmq.meta")
        lacking = POOLS - {row[0] for row in cursor.fetchall()}
    if lacking:
        raise Missing(f"the database has no queue for {' and '.join(sorted(lacking))}: run the migrations")


def _storage() -> None:
    """Every store takes a few bytes and gives them back."""
    for alias in STORES:
        store = storages[alias]
        name = store.save(f"readiness/{uuid.uuid4()}", ContentFile(b"ready"))
        try:
            with store.open(name) as file:
                if file.read() != b"ready":
                    raise Missing(f"{alias} gives back other bytes than it took")
        finally:
            store.delete(name)


def _workers() -> None:
    try:
        absent = POOLS - WorkerSeen.pools_alive(within_s=presence.ABSENT_AFTER_S)
    except DatabaseError as reason:
        raise Missing("unknown while the database does not answer") from reason
    if absent:
        pools = " and ".join(sorted(absent))
        raise Missing(f"no {pools} worker was seen within {presence.ABSENT_AFTER_S:.0f} s")


NEEDS: dict[str, Callable[[], None]] = {
    "database": _database,
    "broker": _broker,
    "storage": _storage,
    "workers": _workers,
}
