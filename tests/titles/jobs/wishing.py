"""Jobs to try things on, and workers that died."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from studios.models import Studio
from studios.scope import scope
from titles.catalog.models import Series
from titles.jobs.models import Job


def wishes(studio: Studio, count: int, **columns: Any) -> list[Job]:
    """Ask for ``count`` series of ``studio`` to be relayed."""
    with scope(studio):
        jobs = [Job.enqueue("relay", Series.objects.create(slug=f"series-{number}")) for number in range(count)]
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(**columns)
    return jobs


def run_out(job: Job) -> None:
    """Let the lease end as if the worker had died a while ago."""
    with job.scope():
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
