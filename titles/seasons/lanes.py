"""The lanes of the home page: how much stands where on the way from a master to a partner."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce

from localization.models import Version
from studios.models import Studio
from titles.catalog.models import Series
from titles.distribution.models import Delivery, Release
from titles.jobs.models import Job
from titles.media.models import Master

#: The kinds of jobs that turn a master into something to watch.
TRANSCODING = ("transcode", "compose")


@dataclass(frozen=True)
class Lanes:
    """How many rows stand in each place of each lane, for the studio of the scope."""

    masters_to_check: int
    transcodings: int
    failed_jobs: int
    masters_to_waive: int
    versions_in_review: int
    releases_in_review: int
    deliveries_waiting: int
    unfinished_jobs: int
    series: int

    @property
    def is_working(self) -> bool:
        """Whether anything will move without a person."""
        return self.unfinished_jobs > 0


def lanes() -> Lanes:
    """Count everything in one statement."""
    places: dict[str, QuerySet[Any]] = {
        "masters_to_check": Master.objects.filter(state=Master.State.RECEIVED),
        "transcodings": Job.objects.unfinished().filter(kind__in=TRANSCODING),
        "failed_jobs": Job.objects.failed_for_good(),
        "masters_to_waive": Master.objects.filter(state=Master.State.NEEDS_WAIVER),
        "versions_in_review": Version.objects.awaiting_review(),
        "releases_in_review": Release.objects.awaiting_review(),
        "deliveries_waiting": Delivery.objects.filter(state=Delivery.State.WAITING),
        "unfinished_jobs": Job.objects.unfinished(),
        "series": Series.objects.all(),
    }
    counted = Studio.objects.annotate(**{f"in_{place}": _count(rows) for place, rows in places.items()}).current()
    return Lanes(**{place: getattr(counted, f"in_{place}") for place in places})


def _count(rows: QuerySet[Any]) -> Coalesce:
    """The number of ``rows`` as a part of a larger statement; they are all of one studio."""
    number = rows.order_by().values("studio").annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)
