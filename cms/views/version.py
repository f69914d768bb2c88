"""The page of a subtitle version: its cues beside the film, the words that they translate, and the review."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import URLPattern, path

from cms.views import assigned, downloads
from cms.views.watching import Film, film_for_guest, film_of
from localization import assigning, formats
from localization.admin import VersionAdmin
from localization.formats import Cue
from localization.formats.cue_text import plain
from localization.models import Version
from localization.pairing import beside
from studios.models import Membership
from studios.roles import Action
from titles.media.models import Edition


@dataclass(frozen=True)
class CueLine:
    """A line of the table of cues, with what the source says at the same time."""

    number: int
    cue: Cue
    text: str
    source: str


class VersionPage(VersionAdmin):
    change_form_template = "desk/version.html"
    fields = ["state"]
    page_select_related = ("track__cut__episode__series", "author", "master__cut__episode")

    def assigned_rows(self, rows: Any, membership: Membership) -> Any:
        return assigning.assigned_versions(rows, membership)

    def allows(self, request: Any, action: Action, row: Version) -> bool:
        """A guest submits what is in a language that they were given."""
        if super().allows(request, action, row):
            return True
        track = row.track
        if action != Action.EDIT_TRACKS or request.membership is None or not request.membership.is_guest:
            return False
        return track.language in assigned.terms_of(request, track.cut.episode_id).languages

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("<uuid:object_id>/subtitles.vtt", wrap(self.webvtt_view), name="localization_version_webvtt"),
            path("<uuid:object_id>/download/<slug:format>/", wrap(self.download), name="localization_version_download"),
            *super().get_urls(),
        ]

    def download(self, request: Any, object_id: str, format: str) -> HttpResponse:
        """The version as a file, for members, and for guests who were allowed to keep one."""
        version = self.get_object(request, object_id)
        if version is None or not assigned.may_download(request, version.track.cut.episode):
            raise Http404
        return downloads.subtitles(version, format)

    def webvtt_view(self, request: Any, object_id: str) -> HttpResponse:
        """The version as a player reads it, approved or not."""
        version = self.get_object(request, object_id)
        if version is None or not self.has_view_permission(request, version):
            raise Http404
        return HttpResponse(formats.write(version.read(), "vtt"), content_type="text/vtt; charset=utf-8")

    def page_of(self, request: Any, row: Version) -> dict[str, Any]:
        source = self._source_of(row)
        return {
            **super().page_of(request, row),
            "title": str(row),
            "episode": row.track.cut.episode,
            "language": row.track.language,
            "film": self._film(request, row),
            "may_download": assigned.may_download(request, row.track.cut.episode),
            "source": source,
            "lines": _lines(row, source),
            "moves": row.moves().select_related("person"),
        }

    def _film(self, request: Any, version: Version) -> Film | None:
        """The newest film of the cut, with this version as its one subtitle file."""
        editions = Edition.objects.filter(package__cut=version.track.cut).select_related("package")
        edition = editions.newest_first().first()
        if edition is None:
            return None
        choice = assigned.choice_of(version)
        if assigned.is_guest(request):
            until = assigned.terms_of(request, version.track.cut.episode_id).until
            return film_for_guest(edition, [choice], until=until)
        return film_of(edition, instead=choice)

    def _source_of(self, version: Version) -> Version | None:
        """What it was translated from; else the newest subtitles of the same kind in the original language."""
        if version.translated_from_id:
            return Version.objects.select_related("track").get(pk=version.translated_from_id)
        track = version.track
        original = track.cut.episode.series.original_language
        if track.language == original:
            return None
        told = Version.objects.kept().filter(track__cut=track.cut, track__kind=track.kind, track__language=original)
        return told.select_related("track").newest_first().first()


def _lines(version: Version, source: Version | None) -> list[CueLine]:
    cues = version.read().cues
    told = beside(cues, source.read().cues if source else [])
    return [
        CueLine(number, cue, plain(cue.text), "\n".join(plain(each.text) for each in said))
        for number, (cue, said) in enumerate(zip(cues, told, strict=True), start=1)
    ]
