"""What the workers of the general pool do for distribution: claim the best due job, and call."""

from celery import shared_task
from django.utils import timezone

from studios.models import Studio
from studios.scope import scope
from titles.distribution.delivery import deliver
from titles.distribution.expiring import warn_of_everything
from titles.distribution.priorities import TAKE_AWAY
from titles.distribution.relay import overdue, relay
from titles.jobs.leasing import leased
from titles.jobs.models import Job


@shared_task(name="titles.distribution.relay")
def relay_series(**_from_newer_senders: object) -> None:
    for job in Job.claimed("relay"):
        with leased(job):
            relay(job)


@shared_task(name="titles.distribution.deliver")
def deliver_packs(**_from_newer_senders: object) -> None:
    for job in Job.claimed("deliver"):
        with leased(job) as lease:
            deliver(job, lease)


@shared_task(name="titles.distribution.tick")
def tick(**_from_newer_senders: object) -> None:
    """Ask for a relay wherever a right began or ended by itself, and where the last one failed."""
    now = timezone.now()
    for studio_id in Studio.every_id():
        with scope(studio_id, door="worker"):
            for series in overdue(now):
                Job.enqueue("relay", series, priority=TAKE_AWAY)


@shared_task(name="titles.distribution.expiring")
def expiring(**_from_newer_senders: object) -> None:
    warn_of_everything(timezone.now())
