"""What workers do for localization: claim the best due job, and call."""

from celery import shared_task

from localization.conforming import align
from localization.handing_down import hand_down
from titles.jobs.leasing import leased
from titles.jobs.models import Job


@shared_task(name="localization.hand_down")
def hand_down_versions(**_from_newer_senders: object) -> None:
    for job in Job.claimed("hand down"):
        with leased(job):
            hand_down(job)


@shared_task(name="localization.align")
def align_masters(**_from_newer_senders: object) -> None:
    for job in Job.claimed("align"):
        with leased(job) as lease:
            align(job, lease)
