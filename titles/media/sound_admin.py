"""Mixes on the desk: every mix of every audio track, with the verbs of its review."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin import Button, LongListAdmin
from studios.models import MovedOn
from studios.roles import Action
from studios.showing import badge
from titles.catalog.languages import language_name
from titles.media.judging import Severity
from titles.media.models import Mix
from titles.media.models.audio_track import NO_WORDS
from titles.media.models.mix import NotFit, OwnMix, State
from titles.media.wording import told

SUBMIT, APPROVE, APPROVE_ALL_THE_SAME, ASK_FOR_CHANGES = BUTTONS = (
    Button(
        "submit",
        _("Submit for review"),
        Action.UPLOAD_MEDIA,
        _("%(row)s is in review."),
        states=frozenset({State.DRAFT}),
        tone="primary",
    ),
    Button(
        "approve",
        _("Approve"),
        Action.REVIEW_TRACKS,
        _("%(row)s is approved and goes into the next edition."),
        states=frozenset({State.IN_REVIEW}),
        tone="primary",
    ),
    Button(
        "approve_despite_findings",
        _("Approve all the same"),
        Action.REVIEW_TRACKS,
        _("%(row)s is approved and goes into the next edition."),
        states=frozenset({State.IN_REVIEW}),
        asks_why=True,
        tone="primary",
    ),
    Button(
        "ask_for_changes",
        _("Ask for changes"),
        Action.REVIEW_TRACKS,
        _("%(row)s went back to whoever uploaded it."),
        states=frozenset({State.IN_REVIEW}),
        asks_why=True,
    ),
)


_LOOKS = {
    Severity.NOTE: ("none", _("to know")),
    Severity.WAIVER: ("needs waiver", _("outside a limit")),
    Severity.REJECT: ("rejected", _("of no use")),
}


def badge_of(severity: Severity) -> str:
    """How grave a finding is, as symbol, word and color."""
    return badge(*_LOOKS[severity])


class MixAdmin(LongListAdmin):
    reviewing = Action.REVIEW_TRACKS
    buttons = BUTTONS
    refusals = (MovedOn, OwnMix, NotFit)
    list_display = ["mix", "series", "language", "state_shown", "loudness", "author", "created_at"]
    list_display_links = ["mix"]
    list_select_related = ["audio_track__cut__episode__series", "author"]
    list_filter = ["state", "audio_track__role"]
    ordering = ["-id"]
    fields = [("episode", "language", "number", "state_shown"), ("loudness", "author", "created_at"), "found"]
    readonly_fields = ["episode", "language", "state_shown", "loudness", "found"]

    def language_of(self, row: Mix) -> str:
        """Music and effects have no words: any reviewer can judge them."""
        language = row.audio_track.language
        return "" if language == NO_WORDS else language

    def may_press(self, request: Any, button: Button, row: models.Model) -> bool:
        """One way of approving is offered: with a reason where something is outside a limit, else without."""
        if not isinstance(row, Mix) or not super().may_press(request, button, row):
            return False
        if button is SUBMIT:
            return row.inspection is not None and not row.is_of_no_use()
        if button in (APPROVE, APPROVE_ALL_THE_SAME):
            return row.is_outside_limits() == (button is APPROVE_ALL_THE_SAME)
        return True

    @display(description=_("mix"))
    def mix(self, mix: Mix) -> str:
        return f"{mix.audio_track.cut} v{mix.number}"

    @display(description=_("series"), ordering="audio_track__cut__episode__series__title_en")
    def series(self, mix: Mix) -> str:
        return str(mix.audio_track.cut.episode.series)

    @display(description=_("episode"))
    def episode(self, mix: Mix) -> str:
        cut = mix.audio_track.cut
        address = reverse("admin:catalog_episode_change", args=[cut.episode_id])
        return format_html('<a href="{}?tab=sound"><bdi>{} · {}</bdi></a>', address, cut.episode.series, cut)

    @display(description=_("language"), ordering="audio_track__language")
    def language(self, mix: Mix) -> str:
        return f"{language_name(mix.audio_track.language)} ({mix.audio_track.get_role_display()})"

    @display(description=_("state"), ordering="state")
    def state_shown(self, mix: Mix) -> str:
        return badge(mix.state, mix.get_state_display())

    @display(description=_("loudness"))
    def loudness(self, mix: Mix) -> str:
        lufs = mix.loudness_lufs()
        return f"{lufs:g} LUFS" if lufs is not None else ""

    @display(description=_("findings"))
    def found(self, mix: Mix) -> str:
        return "\n".join(told(finding) for finding in mix.findings())
