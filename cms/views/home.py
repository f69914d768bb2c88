"""The home page: lanes with counts, what waits for a person, what runs, and what failed."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import site
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from localization.models import Version
from studios.admin import may
from studios.roles import Action
from titles.distribution.models import Release
from titles.jobs.admin import named
from titles.jobs.models import Job, JobQuerySet
from titles.seasons.lanes import Lanes
from titles.seasons.lanes import lanes as count_lanes

_SHOWN = 6


@dataclass(frozen=True)
class Place:
    """A number on the home page and the filtered list that it counts."""

    label: Any
    count: int
    address: str


@dataclass(frozen=True)
class Lane:
    """A lane of the home page: one number, which its places add up to."""

    name: str
    label: Any
    symbol: str
    places: list[Place]

    @property
    def count(self) -> int:
        return sum(place.count for place in self.places)


def desk_of(request: Any) -> dict[str, Any]:
    """What the home page shows to this person; nothing of the studio without a role that reads."""
    if not may(request, Action.READ):
        return {"may_read": False}
    counted = count_lanes()
    return {
        "may_read": True,
        "lanes": _as_lanes(counted),
        "is_working": counted.is_working,
        "is_empty": counted.series == 0,
        "running": named(Job.objects.unfinished().newest_first()[:_SHOWN], site, request) if counted.is_working else [],
        "failed": named(Job.objects.failed_for_good().newest_first()[:_SHOWN], site, request)
        if counted.failed_jobs
        else [],
        "reviews": _reviews(counted),
    }


def lanes(request: Any) -> HttpResponse:
    """The moving part of the home page, asked for every two seconds while anything runs."""
    return TemplateResponse(request, "desk/lanes.html", desk_of(request))


def _as_lanes(counted: Lanes) -> list[Lane]:
    masters, jobs = reverse("admin:media_master_changelist"), reverse("admin:jobs_job_changelist")
    versions, releases = (
        reverse("admin:localization_version_changelist"),
        reverse("admin:distribution_release_changelist"),
    )
    deliveries = reverse("admin:distribution_delivery_changelist")
    unfinished = f"{jobs}?standing=unfinished&kind__in=transcode,compose"
    return [
        Lane(
            "checking",
            _("Arriving"),
            "upload",
            [Place(_("masters to check"), counted.masters_to_check, f"{masters}?state__exact=received")],
        ),
        Lane("transcoding", _("Transcoding"), "conveyor_belt", [Place(_("jobs"), counted.transcodings, unfinished)]),
        Lane(
            "failed", _("Failed"), "error", [Place(_("jobs to retry"), counted.failed_jobs, f"{jobs}?standing=failed")]
        ),
        Lane(
            "review",
            _("Awaiting review"),
            "rate_review",
            [
                Place(_("subtitles"), counted.versions_in_review, f"{versions}?state__exact=in+review"),
                Place(_("releases"), counted.releases_in_review, f"{releases}?state__exact=in+review"),
                Place(_("masters to waive"), counted.masters_to_waive, f"{masters}?state__exact=needs+waiver"),
            ],
        ),
        Lane(
            "deliver",
            _("Ready to deliver"),
            "local_shipping",
            [Place(_("packs"), counted.deliveries_waiting, f"{deliveries}?state__exact=waiting")],
        ),
    ]


def _newest(jobs: JobQuerySet, request: Any) -> list[Job]:
    return named(jobs.newest_first()[:_SHOWN], site, request)


def _reviews(counted: Lanes) -> list[Any]:
    """What waits for a reviewer, oldest first: who waits longest is served first."""
    rows: list[Any] = []
    if counted.releases_in_review:
        rows += (
            Release.objects.awaiting_review()
            .select_related("series", "episode__series", "author")
            .order_by("id")[:_SHOWN]
        )
    if counted.versions_in_review:
        versions = Version.objects.awaiting_review().select_related("track__cut__episode__series", "author")
        rows += versions.defer("document").order_by("id")[:_SHOWN]
    return rows[:_SHOWN]
