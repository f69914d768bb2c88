"""What workers and the clock do for studios that leave."""

from celery import shared_task

from cms.leaving.closing import EXPORT, TAKE_BACK, take_back
from cms.leaving.preparing import prepare
from cms.leaving.purging import purge_everything_due
from titles.jobs.leasing import leased
from titles.jobs.models import Job


@shared_task(name="cms.leaving.export")
def export_studios(**_from_newer_senders: object) -> None:
    for job in Job.claimed(EXPORT):
        with leased(job) as lease:
            prepare(job, lease)


@shared_task(name="cms.leaving.take_back")
def take_back_everything(**_from_newer_senders: object) -> None:
    for job in Job.claimed(TAKE_BACK):
        with leased(job) as lease:
            take_back(job, lease)


@shared_task(name="cms.leaving.purge")
def purge(**_from_newer_senders: object) -> None:
    purge_everything_due()
