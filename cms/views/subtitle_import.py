"""Importing subtitles: a file is read and shown first, and written only when a person has seen its first cues."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import site
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from cms.views import assigned
from localization import formats
from localization.formats import MAX_BYTES, Unreadable
from localization.formats.cue_text import plain
from localization.importing import import_subtitles
from localization.models import Track
from studios.admin import may
from studios.roles import Action
from titles.catalog.languages import OWN_NAMES, language_name
from titles.catalog.models import Episode

_SHOWN_CUES = 8
_SEEN_LIVES_S = 24 * 3600
_SALT = "desk.subtitles seen"


class SubtitleFile(forms.Form):
    file = forms.FileField(
        label=_("File"), widget=UnfoldAdminFileFieldWidget({"accept": ".srt,.vtt"}), help_text=_("SRT or WebVTT.")
    )
    language = forms.ChoiceField(label=_("Language"), widget=UnfoldAdminSelectWidget())
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Track.Kind.choices, widget=UnfoldAdminSelectWidget(), initial=Track.Kind.FULL
    )

    def __init__(self, languages: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        fields = self.cleaned_data
        if {"file", "language"} <= fields.keys():
            self.data_bytes = fields["file"].read(MAX_BYTES + 1)
            try:
                name, language = fields["file"].name, fields["language"]
                self.document = formats.read(self.data_bytes, filename=name, language=language)
            except Unreadable as reason:
                raise ValidationError({"file": _now("Line %d: ") % reason.line + reason.sentence}) from None
        return fields

    def seen(self, *, salt: str) -> str:
        """What the person is shown, sealed: the confirmation writes exactly this."""
        fields = self.cleaned_data
        content = {"name": fields["file"].name, "language": fields["language"], "kind": fields["kind"]}
        return signing.dumps({**content, "data": self.data_bytes.decode("latin-1")}, salt=salt, compress=True)


def choose(request: Any, object_id: str) -> HttpResponse:
    """Choose a file, look at what was read, confirm."""
    episode = site.get_model_admin(Episode).get_object(request, object_id)
    if episode is None:
        raise Http404
    mine = _languages(request, episode)
    if not mine:
        raise PermissionDenied
    if "seen" in request.POST:
        return _write(request, episode, mine)
    wished = {"language": request.GET.get("language", "")}
    form = SubtitleFile(list(mine.items()), request.POST or None, request.FILES or None, initial=wished)
    context = {
        **site.each_context(request),
        "title": _now("Import subtitles"),
        "opts": Episode._meta,
        "original": episode,
        "form": form,
    }
    if form.is_valid():
        context |= _preview(form, salt=_salt_of(request, episode))
    return TemplateResponse(request, "desk/subtitle_import.html", context)


def _languages(request: Any, episode: Episode) -> dict[str, str]:
    """The languages that this person may import here, by name: an editor's own, or what a guest was given."""
    mine = {tag: name for tag, name in OWN_NAMES.items() if may(request, Action.EDIT_TRACKS, language=tag)}
    if mine or not request.membership.is_guest:
        return mine
    return {tag: language_name(tag) for tag in sorted(assigned.terms_of(request, episode.pk).languages)}


def _salt_of(request: Any, episode: Episode) -> str:
    """What was seen is confirmed by whoever saw it, for that episode of that studio, and by nobody else."""
    return f"{_SALT} {request.studio.pk} {episode.pk} {request.user.pk}"


def _preview(form: SubtitleFile, *, salt: str) -> dict[str, Any]:
    cues = form.document.cues
    return {
        "document": form.document,
        "cues": [(cue, plain(cue.text)) for cue in cues[:_SHOWN_CUES]],
        "more": max(0, len(cues) - _SHOWN_CUES),
        "language": form.cleaned_data["language"],
        "seen": form.seen(salt=salt),
    }


def _write(request: Any, episode: Episode, mine: Collection[str]) -> HttpResponse:
    try:
        seen = signing.loads(request.POST["seen"], salt=_salt_of(request, episode), max_age=_SEEN_LIVES_S)
    except signing.BadSignature:
        messages.warning(request, _now("That page was open too long. Choose the file again."))
        return HttpResponseRedirect(request.path)
    if seen["language"] not in mine:
        raise PermissionDenied
    try:
        version = import_subtitles(
            seen["data"].encode("latin-1"),
            filename=seen["name"],
            cut=episode.default_cut(),
            language=seen["language"],
            kind=seen["kind"],
            by=request.user,
        )
    except Unreadable as reason:
        messages.warning(request, reason.sentence)
        return HttpResponseRedirect(request.path)
    messages.success(request, _now("%s was imported as a draft.") % version)
    return HttpResponseRedirect(reverse("admin:localization_version_change", args=[version.pk]))
