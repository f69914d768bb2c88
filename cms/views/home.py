"""The home page: lanes with counts, what waits for a person, what runs, and what failed."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import site
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext

from localization.models import Version
from studios.admin import may
from studios.roles import Action
from titles.distribution.models import Release
from titles.jobs.admin import named
from titles.jobs.models import Job, JobQuerySet
from titles.media import storing
from titles.seasons.lanes import TRANSCODING, Lanes
from titles.seasons.lanes import lanes as count_lanes

_SHOWN = 6


@dataclass(frozen=True)
class Place:
    """A number on the home page and the filtered list that it counts."""

    label: str
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
        "is_short_of_room": storing.is_short_of_room(),
        "lanes": _as_lanes(counted),
        "is_working": counted.is_working,
        "is_empty": counted.series == 0,
        "running": _newest(Job.objects.unfinished(), request) if counted.is_working else [],
        "failed": _newest(Job.objects.failed_for_good(), request) if counted.failed_jobs else [],
        "reviews": _reviews(counted),
    }


def lanes(request: Any) -> HttpResponse:
    """The moving part of the home page, asked for every two seconds while anything runs."""
    return TemplateResponse(request, "desk/lanes.html", desk_of(request))


def _as_lanes(counted: Lanes) -> list[Lane]:
    arriving, waivers = counted.masters_to_check, counted.masters_to_waive
    transcodings, failures = counted.transcodings, counted.failed_jobs
    versions, releases, packs = counted.versions_in_review, counted.releases_in_review, counted.deliveries_waiting
    return [
        Lane(
            "checking",
            _("Arriving"),
            "upload",
            [
                _place(
                    npgettext("how many", "master to check", "masters to check", arriving),
                    arriving,
                    "media_master",
                    "received",
                )
            ],
        ),
        Lane(
            "transcoding",
            _("Transcoding"),
            "conveyor_belt",
            [
                Place(
                    npgettext("how many", "job", "jobs", transcodings),
                    transcodings,
                    _list_of("jobs_job", standing="unfinished", kind__in=",".join(TRANSCODING)),
                )
            ],
        ),
        Lane(
            "failed",
            _("Failed"),
            "error",
            [Place(npgettext("how many", "job", "jobs", failures), failures, _list_of("jobs_job", standing="failed"))],
        ),
        Lane(
            "review",
            _("Awaiting review"),
            "rate_review",
            [
                _place(
                    npgettext("how many", "subtitle", "subtitles", versions),
                    versions,
                    "localization_version",
                    "in review",
                ),
                _place(
                    npgettext("how many", "release", "releases", releases),
                    releases,
                    "distribution_release",
                    "in review",
                ),
                _place(
                    npgettext("how many", "master to waive", "masters to waive", waivers),
                    waivers,
                    "media_master",
                    "needs waiver",
                ),
            ],
        ),
        Lane(
            "deliver",
            _("Ready to deliver"),
            "local_shipping",
            [_place(npgettext("how many", "pack", "packs", packs), packs, "distribution_delivery", "waiting")],
        ),
    ]


def _place(label: str, count: int, noun: str, state: str) -> Place:
    return Place(label, count, _list_of(noun, state__exact=state))


def _list_of(noun: str, **filters: str) -> str:
    return f"{reverse(f'admin:{noun}_changelist')}?{urlencode(filters)}"


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
