"""The page of a subtitle version: its cues beside the film, the words that they translate, and the review."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import URLPattern, path, reverse

from cms.views.watching import Film, SubtitleChoice, film_of
from localization import formats
from localization.admin import VersionAdmin
from localization.formats import Cue
from localization.formats.cue_text import plain
from localization.models import Version
from localization.pairing import beside
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

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.webvtt_view)
        return [
            path("<uuid:object_id>/subtitles.vtt", view, name="localization_version_webvtt"),
            *super().get_urls(),
        ]

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
            "film": self._film(row),
            "source": source,
            "lines": _lines(row, source),
            "moves": row.moves().select_related("person"),
        }

    def _film(self, version: Version) -> Film | None:
        """The newest film of the cut, with this version as its one subtitle file."""
        editions = Edition.objects.filter(package__cut=version.track.cut).select_related("package")
        edition = editions.newest_first().first()
        if edition is None:
            return None
        address = reverse("admin:localization_version_webvtt", args=[version.pk])
        name = f"{version.track.player_name()} v{version.number}"
        return film_of(edition, instead=SubtitleChoice(version.track.language, name, address))

    def _source_of(self, version: Version) -> Version | None:
        """What it was translated from; else the newest subtitles of the same kind in the original language."""
        if version.translated_from_id:
            return Version.objects.select_related("track").get(pk=version.translated_from_id)
        track = version.track
        original = track.cut.episode.series.original_language
        if track.language == original:
            return None
        told = Version.objects.filter(track__cut=track.cut, track__kind=track.kind, track__language=original)
        return told.select_related("track").newest_first().first()


def _lines(version: Version, source: Version | None) -> list[CueLine]:
    cues = version.read().cues
    told = beside(cues, source.read().cues if source else [])
    return [
        CueLine(number, cue, plain(cue.text), "\n".join(plain(each.text) for each in said))
        for number, (cue, said) in enumerate(zip(cues, told, strict=True), start=1)
    ]
