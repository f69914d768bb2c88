"""Workers say now and then that they live, so that others can tell a quiet queue from a deserted one."""

import logging
import threading
import time
from typing import Any

from celery import signals
from django.db import Error as DatabaseTrouble
from django.db import connection

from titles.jobs.models import WorkerSeen
from titles.media.transcoding import own_encoder

SAID_EVERY_S = 10.0
#: Three silent periods, and nobody is there.
ABSENT_AFTER_S = 30.0

log = logging.getLogger(__name__)


def announce_workers() -> None:
    """Let every worker of this process say that it lives, from when it is ready."""
    signals.worker_ready.connect(_worker_is_ready)


def _worker_is_ready(sender: Any, **_: object) -> None:
    pools = sorted(sender.app.amqp.queues.consume_from)
    threading.Thread(target=_say_for_ever, args=[pools], name="presence", daemon=True).start()


def _say_for_ever(pools: list[str]) -> None:
    """Runs in a thread of its own, since the process may be busy with one piece of work for minutes."""
    while True:
        say(pools)
        time.sleep(SAID_EVERY_S)


def say(pools: list[str]) -> None:
    try:
        for pool in pools:
            WorkerSeen.say(pool, able=own_encoder() if pool == "media" else "")
    except DatabaseTrouble as reason:
        log.warning("The worker could not say that it lives: %s", reason)
    finally:
        connection.close()
