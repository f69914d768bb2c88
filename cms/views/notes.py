"""What people said about frames of a film: beside the player, and listed for the whole studio."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin import LongListAdmin, may
from studios.models import MovedOn
from studios.roles import Action
from studios.showing import badge
from titles.catalog.models import Cut, Episode
from titles.media.models import Package, PictureNote
from titles.media.models.picture_note import Answered, NotYours

VERBS = {"resolve": PictureNote.resolve, "reopen": PictureNote.reopen, "take-back": PictureNote.take_back}
_MOST_CHARACTERS = 4_000
_A_DAY_MS = 86_400_000


class NewNote(forms.Form):
    text = forms.CharField(max_length=_MOST_CHARACTERS, error_messages={"required": _("Write something first.")})
    at_ms = forms.IntegerField(min_value=0, max_value=_A_DAY_MS)
    answers = forms.UUIDField(required=False)


@dataclass
class Thread:
    """A note with its answers, oldest first."""

    note: PictureNote
    answers: list[PictureNote] = field(default_factory=list)

    @property
    def at_s(self) -> str:
        """Where in the film, as an address has it."""
        return f"{self.note.at_ms / 1000:.3f}"


def threads_of(cut: Cut | None) -> list[Thread]:
    """What was said about a cut, as the film runs; one statement."""
    if cut is None:
        return []
    notes = list(PictureNote.objects.filter(cut=cut).select_related("author").as_the_film_runs())
    threads = {note.pk: Thread(note) for note in notes if note.answers_id is None}
    for note in notes:
        if note.answers_id is not None:
            threads[note.answers_id].answers.append(note)
    return list(threads.values())


def add(request: Any, episode: Episode) -> HttpResponse:
    """Note something about the frame that the person looks at, or answer a note."""
    cut = episode.default_cut()
    form = NewNote(request.POST)
    if not form.is_valid():
        sentences = [sentence for errors in form.errors.values() for sentence in errors]
        return _answer(request, episode, cut, trouble=str(sentences[0]))
    fields = form.cleaned_data
    if fields["answers"]:
        note = _note_of(cut, fields["answers"]).answer(fields["text"], by=request.user)
    else:
        package: Any = Package.objects.filter(cut=cut).newest_first().first()
        at_ms = min(fields["at_ms"], package.duration_ms if package else fields["at_ms"])
        note = PictureNote.say(fields["text"], cut=cut, at_ms=at_ms, by=request.user, package=package)
    return _answer(request, episode, cut, at=note)


def press(request: Any, episode: Episode, note_id: UUID, verb: str) -> HttpResponse:
    """Resolve a note, open it again, or take one's own back."""
    if verb not in VERBS:
        raise Http404
    cut = episode.default_cut()
    note, trouble = _note_of(cut, note_id), ""
    try:
        VERBS[verb](note, by=request.user)
    except (MovedOn, NotYours, Answered) as reason:
        trouble = str(reason)
    return _answer(request, episode, cut, trouble=trouble, at=note if note.pk else None)


def _note_of(cut: Cut, note_id: UUID) -> PictureNote:
    try:
        return PictureNote.objects.select_related("answers").get(cut=cut, pk=note_id)
    except PictureNote.DoesNotExist:
        raise Http404 from None


def _answer(
    request: Any, episode: Episode, cut: Cut, *, trouble: str = "", at: PictureNote | None = None
) -> HttpResponse:
    """The list anew for a page that goes on playing; the whole page for a browser without scripts."""
    if request.headers.get("HX-Request"):
        context = {"original": episode, "notes": threads_of(cut), "may_comment": True, "trouble": trouble}
        return TemplateResponse(request, "desk/episode/notes.html", context)
    if trouble:
        messages.warning(request, trouble)
    return HttpResponseRedirect(place_of(episode.pk, at))


def place_of(episode_id: UUID, note: PictureNote | None = None) -> str:
    """Where the notes of an episode stand, with the film at ``note``."""
    page = f"{reverse('admin:catalog_episode_change', args=[episode_id])}?tab=notes"
    return f"{page}&t={note.at_ms / 1000:.3f}#note-{note.answers_id or note.pk}" if note else page


class PictureNotePages(LongListAdmin):
    """All notes of the studio; each of them leads to its frame."""

    list_display = ["text_shown", "episode", "state_shown", "author", "created_at"]
    list_display_links = ["text_shown"]
    list_select_related = ["cut__episode__series", "author"]
    list_filter = ["state"]
    fields = ["text"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).newest_first()

    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        note = self.get_object(request, object_id)
        if note is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return HttpResponseRedirect(place_of(note.cut.episode_id, note))

    @display(description=_("note"))
    def text_shown(self, note: PictureNote) -> str:
        return format_html('<bdi class="sentence">{}</bdi>', note.text)

    @display(description=_("episode"))
    def episode(self, note: PictureNote) -> str:
        return f"{note.cut.episode.series} · {note}"

    @display(description=_("state"), ordering="state")
    def state_shown(self, note: PictureNote) -> str:
        if note.answers_id is not None:
            return badge("none", _now("answer"))
        return badge(note.state, note.get_state_display())


def may_comment(request: Any) -> bool:
    return may(request, Action.COMMENT)
