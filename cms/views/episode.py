"""The page of an episode: where it stands, its film, its masters, its subtitles, its releases, its texts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from cms.views import assigned, burned_in, conforming, downloads, notes, posters, subtitle_import
from cms.views.sound import SoundForm, lines_of
from cms.views.watching import film_of
from localization import assigning
from localization.models import Track, Version
from studios.admin import Button, may
from studios.models import Membership, MovedOn, User
from studios.roles import Action
from titles.catalog.admin import EpisodeAdmin
from titles.catalog.languages import language_name
from titles.catalog.models import Episode
from titles.distribution.models import Release
from titles.distribution.releasing import NotReady, changed_since_release, submit_episode
from titles.jobs.admin import named
from titles.jobs.models import Job
from titles.media.models import Master, Mix
from titles.media.uploads import sending
from titles.media.wording import findings_of
from titles.seasons.replacing import replacement_of
from titles.seasons.standing import EXPECTED_LANGUAGES, Next, Standing, standing_of

#: What has to happen next, as a sentence at the top of the page.
SENTENCES = {
    Next.UPLOAD: _("Upload the master of this episode."),
    Next.WAIT: _("The master is being worked on; nobody has to do anything."),
    Next.LOOK_AT_FAILURE: _("A job failed: look at its sentence below, then retry it."),
    Next.WAIVE: _(
        "Something is outside a limit: a person other than the uploader waives it, or uploads another master."
    ),
    Next.REPLACE: _("The master is of no use: upload another one."),
    Next.LOCALIZE: _("Import subtitles and have them approved."),
    Next.CONFORM: _(
        "Subtitles are timed to an older master: conform them to the new one, or confirm that their timing holds."
    ),
    Next.REVIEW_SUBTITLES: _("Subtitles wait for a reviewer."),
    Next.SUBMIT: _("The episode can be submitted for release."),
    Next.REVIEW_RELEASE: _("The release waits for a second person."),
    Next.ANSWER_REVIEW: _("Changes were asked for: make them and submit again."),
    Next.NOTHING: _("Nothing is left to do."),
}

#: Fragments of the page that are asked for again when something has moved.
PARTS = {"standing", "player", "work", "masters", "notes", "posters", "sound", "subtitles", "burned-in", "releases"}
TABS = ("video", "notes", "sound", "subtitles", "releases", "texts")


@dataclass(frozen=True)
class SubtitleLine:
    """A line of the table of subtitles; without a version the language is still missing."""

    language: str
    kind: Any = ""
    version: Version | None = None
    buttons: Any = ()
    may_import: bool = False

    @property
    def name(self) -> str:
        return language_name(self.language)

    def place(self) -> tuple[int, str]:
        """Where it stands in the table: the languages of the house first, in their order."""
        expected = self.language in EXPECTED_LANGUAGES
        return (EXPECTED_LANGUAGES.index(self.language) if expected else len(EXPECTED_LANGUAGES), self.language)


class EpisodePage(EpisodeAdmin):
    change_form_template = "desk/episode.html"
    refusals = (MovedOn, NotReady)
    buttons = (
        Button(
            "submit_release",
            _("Submit for release"),
            Action.SUBMIT_RELEASES,
            _("%(row)s is submitted: another person approves it."),
            tone="primary",
        ),
    )

    def assigned_rows(self, rows: Any, membership: Membership) -> Any:
        return assigning.assigned_episodes(rows, membership)

    def press(self, button: Button, row: Episode, *, by: User, why: str) -> None:
        submit_episode(row, by=by)

    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A guest sees what the work needs; whatever a guest sends here changes nothing."""
        episode = self.get_object(request, object_id) if assigned.is_guest(request) else None
        if episode is None or request.method == "POST":
            return super().change_view(request, object_id, *args, **kwargs)
        return assigned.episode_page(request, episode)

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("<uuid:object_id>/part/<slug:part>/", wrap(self.part_view), name="catalog_episode_part"),
            path("<uuid:object_id>/burned-in/", wrap(self.burn_in), name="catalog_episode_burn_in"),
            path("<uuid:object_id>/poster/", wrap(self.choose_poster), name="catalog_episode_poster"),
            path("<uuid:object_id>/download/<slug:what>/", wrap(self.download), name="catalog_episode_download"),
            path("<uuid:object_id>/notes/", wrap(self.add_note), name="catalog_episode_notes"),
            path(
                "<uuid:object_id>/notes/<uuid:note_id>/<slug:note_verb>/",
                wrap(self.press_note),
                name="catalog_episode_note",
            ),
            path("<uuid:object_id>/subtitles/", wrap(subtitle_import.choose), name="catalog_episode_import"),
            path("<uuid:object_id>/conform/", wrap(conforming.page), name="catalog_episode_conform"),
            path(
                "<uuid:object_id>/conform/<uuid:conforming_id>/take-back/",
                wrap(conforming.take_back),
                name="catalog_episode_conform_back",
            ),
            *super().get_urls(),
        ]

    def response_post_save_add(self, request: Any, obj: Episode) -> HttpResponse:
        """A new episode wants its master next."""
        return HttpResponseRedirect(reverse("admin:catalog_episode_change", args=[obj.pk]))

    def response_post_save_change(self, request: Any, obj: Episode) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:catalog_series_change", args=[obj.series_id]))

    def download(self, request: Any, object_id: str, what: str) -> HttpResponse:
        """Send a member, or a guest who was allowed to, to the newest master or mezzanine of the episode."""
        episode = self.get_object(request, object_id)
        if episode is None or not assigned.may_download(request, episode):
            raise Http404
        until = assigned.terms_of(request, episode.pk).until if assigned.is_guest(request) else None
        return HttpResponseRedirect(downloads.address_of(episode, what, until=until))

    def add_note(self, request: Any, object_id: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return notes.add(request, self._commented(request, object_id))

    def press_note(self, request: Any, object_id: str, note_id: UUID, note_verb: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return notes.press(request, self._commented(request, object_id), note_id, note_verb)

    def _commented(self, request: Any, object_id: str) -> Episode:
        """The episode about whose picture this person says something. Raises Http404, PermissionDenied."""
        episode = self.get_object(request, object_id)
        if episode is None or assigned.is_guest(request):
            raise Http404
        if not notes.may_comment(request):
            raise PermissionDenied
        return episode

    def burn_in(self, request: Any, object_id: str) -> HttpResponse:
        """Ask for the film with a subtitle file of the newest edition in its picture."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        episode = self.get_object(request, object_id)
        if episode is None:
            raise Http404
        if not may(request, Action.UPLOAD_MEDIA):
            raise PermissionDenied
        burned_in.wish(standing_of(episode).edition, request.POST.get("sidecar", ""), by=request.user)
        self.message_user(request, _("The film with these subtitles is being made."), messages.SUCCESS)
        return HttpResponseRedirect(f"{reverse('admin:catalog_episode_change', args=[object_id])}?tab=subtitles")

    def choose_poster(self, request: Any, object_id: str) -> HttpResponse:
        """Make one of the frames that the newest package offers the poster of the episode."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        episode = self.get_object(request, object_id)
        package = posters.package_of(episode) if episode else None
        if package is None:
            raise Http404
        if not may(request, Action.UPLOAD_MEDIA):
            raise PermissionDenied
        try:
            posters.choose(package, request.POST.get("at_ms", ""), by=request.user)
            self.message_user(request, _("The poster is changed; the next edition has it."), messages.SUCCESS)
        except MovedOn as reason:
            self.message_user(request, str(reason), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:catalog_episode_change", args=[object_id]))

    def part_view(self, request: Any, object_id: str, part: str) -> HttpResponse:
        """One fragment of the page. The one that polls tells the others when something has moved."""
        episode = self.get_object(request, object_id)
        if episode is None or part not in PARTS or assigned.is_guest(request):
            raise Http404
        context = {**self.page_of(request, episode), "original": episode, "now": request.GET.get("now", "")}
        response = TemplateResponse(request, f"desk/episode/{part.replace('-', '_')}.html", context)
        if part == "work" and request.GET.get("seen") != context["standing"].digest():
            response.headers["HX-Trigger"] = "episode-moved"
        return response

    def page_of(self, request: Any, row: Episode) -> dict[str, Any]:
        standing = standing_of(row)
        address = reverse("admin:catalog_episode_change", args=[row.pk])
        films = burned_in.lines_of(standing.edition, may_keep=assigned.may_download(request, row))
        return {
            **super().page_of(request, row),
            "standing": standing,
            "sentence": SENTENCES[standing.next()],
            "film": film_of(standing.edition) if standing.edition else None,
            "jobs": self._jobs(request, standing),
            "masters": self._masters(request, standing),
            "notes": notes.threads_of(standing.cut),
            "may_comment": notes.may_comment(request),
            "burned_in": films,
            "burned_in_waits": any(line.is_waiting for line in films),
            "posters": posters.offered(row),
            "sound_lines": lines_of(standing.cut, self._desk_of(Mix), request),
            "sound_form": SoundForm(auto_id="sound-%s"),
            "subtitle_lines": sorted(self._subtitle_lines(request, standing), key=SubtitleLine.place),
            "releases": self._releases(request, row),
            "changed_since_release": changed_since_release(row),
            "may_conform": may(request, Action.CONFORM_TRACKS),
            "replacement": replacement_of(standing),
            "may_upload": may(request, Action.UPLOAD_MEDIA),
            "upload_way": sending.way(),
            "downloads": downloads.of_standing(standing),
            "tab": self._tab(request),
            "page_address": f"{address}?tab=video",
            "page_address_sound": f"{address}?tab=sound",
            "page_address_subtitles": f"{address}?tab=subtitles",
            "page_address_releases": f"{address}?tab=releases",
        }

    def _tab(self, request: Any) -> str:
        """A form that came back with errors is shown; otherwise what was asked for."""
        if request.method == "POST":
            return "texts"
        wished = request.GET.get("tab", "")
        return wished if wished in TABS else TABS[0]

    def _jobs(self, request: Any, standing: Standing) -> list[dict[str, Any]]:
        desk = self._desk_of(Job)
        return [
            {"job": job, "buttons": desk.buttons_for(request, job)}
            for job in named(standing.jobs, self.admin_site, request)
        ]

    def _masters(self, request: Any, standing: Standing) -> list[dict[str, Any]]:
        if standing.cut is None:
            return []
        masters = Master.objects.filter(cut=standing.cut).select_related("uploaded_by").order_by("-number")
        desk = self._desk_of(Master)
        return [
            {
                "master": master,
                "findings": findings_of(master),
                "buttons": desk.buttons_for(request, master),
            }
            for master in masters.prefetch_related("findings", "waivers__person")
        ]

    def _subtitle_lines(self, request: Any, standing: Standing) -> Any:
        desk = self._desk_of(Version)
        told = set()
        for version in standing.versions:
            track = version.track
            told.add(track.language)
            yield SubtitleLine(
                track.language,
                track.get_kind_display() if track.kind != Track.Kind.FULL else "",
                version,
                desk.buttons_for(request, version),
                may(request, Action.EDIT_TRACKS, language=track.language),
            )
        for language in EXPECTED_LANGUAGES:
            if language not in told:
                yield SubtitleLine(language, may_import=may(request, Action.EDIT_TRACKS, language=language))

    def _releases(self, request: Any, episode: Episode) -> list[dict[str, Any]]:
        releases = Release.objects.filter(episode=episode).newest_first().defer("document")
        desk = self._desk_of(Release)
        return [
            {"release": release, "buttons": desk.buttons_for(request, release)}
            for release in releases.select_related("author", "series", "episode")[:10]
        ]

    def _desk_of(self, model: Any) -> Any:
        return self.admin_site.get_model_admin(model)
