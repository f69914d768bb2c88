"""Celery: which worker pool does which kind of work, the beat, and the sender that titles.jobs wakes workers with."""

import os

from celery import Celery, signals
from django.conf import settings
from django.db import connections
from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES

from studios.waking import announce_with
from titles.jobs.children import die_with_parent
from titles.jobs.waking import send_with

# kombu refuses import paths in a broker address, so our transport is known under a name.
TRANSPORT_ALIASES["octavo-pgmq"] = "cms.broker:Transport"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
app = Celery("octavo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["cms.leaving"])

app.conf.task_queues = (Queue("media"), Queue("general"))
# What is a matter of seconds must not wait behind a transcode.
app.conf.task_routes = {
    "titles.media.compose": {"queue": "general"},
    "titles.media.take_in": {"queue": "general"},
    "titles.media.sweep_uploads": {"queue": "general"},
    "titles.media.move_to_cold": {"queue": "general"},
    "titles.media.recall": {"queue": "general"},
    "titles.media.collect": {"queue": "general"},
    "titles.media.finish_removals": {"queue": "general"},
    "titles.media.*": {"queue": "media"},
    "localization.align": {"queue": "media"},
}

#: The kinds of jobs and the task that does each: a message names a kind of work, never a row.
TASKS = {
    "take in": "titles.media.take_in",
    "inspect": "titles.media.inspect",
    "transcode": "titles.media.transcode",
    "burn in": "titles.media.burn_in",
    "encode sound": "titles.media.encode_sound",
    "mend": "titles.media.mend",
    "compose": "titles.media.compose",
    "align": "localization.align",
    "move to cold storage": "titles.media.move_to_cold",
    "recall": "titles.media.recall",
    "collect": "titles.media.collect",
    "hand down": "localization.hand_down",
    "relay": "titles.distribution.relay",
    "deliver": "titles.distribution.deliver",
    "export": "cms.leaving.export",
    "take back": "cms.leaving.take_back",
}


def send(kind: str) -> None:
    """Tell the workers that there is work of this kind; one lost message costs one sweep period at most."""
    app.send_task(TASKS[kind], retry=False)


def wake_the_mailer() -> None:
    """Mail new notices at once; one lost message costs a minute."""
    app.send_task("studios.mail", retry=False)


send_with(send)
announce_with(wake_the_mailer)


@app.on_after_finalize.connect
def schedule(sender: Celery, **_: object) -> None:
    """What the clock causes."""
    sender.add_periodic_task(settings.JOB_SWEEP_S, sender.signature("titles.jobs.sweep"), name="sweep")
    sender.add_periodic_task(30.0, sender.signature("titles.distribution.tick"), name="rights clock")
    sender.add_periodic_task(600.0, sender.signature("cms.tidy"), name="tidy")
    sender.add_periodic_task(600.0, sender.signature("titles.media.sweep_uploads"), name="uploads")
    sender.add_periodic_task(60.0, sender.signature("titles.media.finish_removals"), name="removals")
    sender.add_periodic_task(600.0, sender.signature("cms.leaving.purge"), name="purge")
    sender.add_periodic_task(60.0, sender.signature("studios.mail"), name="mail")
    for task in ("studios.expiring", "titles.distribution.expiring"):
        sender.add_periodic_task(3600.0, sender.signature(task), name=task)


@signals.worker_process_init.connect
def _pool_child_starts(**_: object) -> None:
    die_with_parent()
    connections.close_all()
