"""What a guest sees: the episodes that are assigned to them, with what the work needs, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.admin import site
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from cms.views.watching import Film, SubtitleChoice, film_for_guest, for_guests_until
from localization import assigning
from localization.assigning import Terms
from localization.models import Assignment, Version
from titles.catalog.languages import language_name
from titles.catalog.models import Artwork, Episode, Series
from titles.media import playback
from titles.media.models import Edition

_MOST_SHOWN = 100


@dataclass(frozen=True)
class Task:
    """An assignment with how far it is."""

    assignment: Assignment
    version: Version | None

    @property
    def name(self) -> str:
        return language_name(self.assignment.language) if self.assignment.language else ""


@dataclass(frozen=True)
class TrackLine:
    """The newest version of a track that the guest may read, and whether it is theirs to work on."""

    language: str
    version: Version | None
    buttons: Any = ()
    may_import: bool = False

    @property
    def name(self) -> str:
        return language_name(self.language)


def is_guest(request: Any) -> bool:
    return request.membership is None or request.membership.is_guest


def may_download(request: Any, episode: Episode) -> bool:
    """Members keep files as they like, guests where an assignment says so."""
    return not is_guest(request) or terms_of(request, episode.pk).may_download


def terms_of(request: Any, episode_id: UUID) -> Terms:
    """What a guest was given of an episode, asked for once per page."""
    known: dict[UUID, Terms] = request.__dict__.setdefault("assigned_terms", {})
    if episode_id not in known:
        known[episode_id] = assigning.terms_of(request.membership, episode_id)
    return known[episode_id]


def tasks_of(request: Any) -> list[Task]:
    """What this person was given, the most urgent first; the home page's own lane."""
    if request.membership is None:
        return []
    assignments = list(assigning.mine(request.membership)[:_MOST_SHOWN])
    if not assignments:
        return []
    newest = {
        (version.track.cut.episode_id, version.track.language): version
        for version in _newest_versions({each.episode_id for each in assignments})
    }
    return [Task(each, newest.get((each.episode_id, each.language))) for each in assignments]


def episode_page(request: Any, episode: Episode) -> HttpResponse:
    terms = terms_of(request, episode.pk)
    versions = list(assigning.assigned_versions(_newest_versions([episode.pk]), request.membership))
    newest = {version.track.language: version for version in versions}
    context = {
        **site.each_context(request),
        "title": str(episode),
        "original": episode,
        "film": _film(episode, versions, until=terms.until),
        "lines": list(_lines(request, terms.languages, versions)),
        "tasks": [Task(each, newest.get(each.language)) for each in terms.assignments],
        "may_download": terms.may_download,
    }
    return TemplateResponse(request, "desk/assigned/episode.html", context)


def series_page(request: Any, series: Series) -> HttpResponse:
    own: Any = assigning.assigned_episodes(Episode.objects.filter(series=series), request.membership)
    context = {
        **site.each_context(request),
        "title": str(series),
        "original": series,
        "cover": _cover(request, series),
        "episodes": own.in_running_order(),
    }
    return TemplateResponse(request, "desk/assigned/series.html", context)


def _cover(request: Any, series: Series) -> str:
    """Where the cover can be seen until the last assignment of the series ends."""
    cover: Any = Artwork.objects.filter(series=series).order_by("-created_at", "id").first()
    if cover is None:
        return ""
    current = Assignment.objects.current().of(request.membership).filter(episode__series=series)
    ends_at = for_guests_until(Terms(tuple(current)).until)
    return playback.file_address(cover.studio_id, cover.file.name, store="artwork", until=ends_at)


def choice_of(version: Version) -> SubtitleChoice:
    """A version as a line of the player's menu, approved or not."""
    address = reverse("admin:localization_version_webvtt", args=[version.pk])
    return SubtitleChoice(version.track.language, f"{version.track.player_name()} v{version.number}", address)


def _film(episode: Episode, versions: list[Version], *, until: Any) -> Film | None:
    editions = Edition.objects.filter(package__cut__episode=episode, package__cut__is_default=True)
    edition = editions.select_related("package").newest_first().first()
    return film_for_guest(edition, [choice_of(version) for version in versions], until=until) if edition else None


def _lines(request: Any, languages: set[str], versions: list[Version]) -> Any:
    desk: Any = site.get_model_admin(Version)
    told = {version.track.language for version in versions}
    for version in versions:
        language = version.track.language
        yield TrackLine(language, version, desk.buttons_for(request, version), language in languages)
    for language in sorted(languages - told):
        yield TrackLine(language, None, may_import=True)


def _newest_versions(episodes: Iterable[UUID]) -> Any:
    """The newest version of each track of ``episodes``, by language."""
    newest = Version.objects.filter(track__cut__episode__in=episodes).newest_of_tracks()
    found = (
        Version.objects.filter(pk__in=newest.values("pk"))
        .with_timing()
        .select_related("track__cut__episode__series", "author")
    )
    return found.defer("document").order_by("track__language", "track__kind", "id")
