"""Subtitles on the desk: every version of every track, with the verbs of its review."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from localization.models import OwnWork, Version
from localization.models.version import State
from studios.admin import Button, LongListAdmin
from studios.models import MovedOn
from studios.roles import Action
from studios.showing import badge
from titles.catalog.languages import OWN_NAMES, language_name

BUTTONS = (
    Button(
        "submit",
        _("Submit for review"),
        Action.EDIT_TRACKS,
        _("%(row)s is in review."),
        states=frozenset({State.DRAFT}),
        in_bulk=True,
        tone="primary",
    ),
    Button(
        "approve",
        _("Approve"),
        Action.REVIEW_TRACKS,
        _("%(row)s is approved and goes into the next edition."),
        states=frozenset({State.IN_REVIEW}),
        in_bulk=True,
        tone="primary",
    ),
    Button(
        "ask_for_changes",
        _("Ask for changes"),
        Action.REVIEW_TRACKS,
        _("%(row)s went back to its author."),
        states=frozenset({State.IN_REVIEW}),
        asks_why=True,
    ),
)


class InLanguage(SimpleListFilter):
    """By a fixed list of languages: asking the tracks which ones there are would read them all."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return list(OWN_NAMES.items())

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(track__language=self.value()) if self.value() else queryset


class VersionAdmin(LongListAdmin):
    buttons = BUTTONS
    refusals = (MovedOn, OwnWork)
    list_display = ["version", "series", "language", "state_shown", "cue_count", "author", "created_at"]
    list_display_links = ["version"]
    list_select_related = ["track__cut__episode__series", "author"]
    list_filter = ["state", InLanguage, "track__kind"]
    search_fields = ["original_name"]
    ordering = ["-created_at", "-id"]

    def language_of(self, row: Version) -> str:
        return row.track.language

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("document")

    @display(description=_("version"))
    def version(self, version: Version) -> str:
        return f"{version.track.cut} v{version.number}"

    @display(description=_("series"), ordering="track__cut__episode__series__title_en")
    def series(self, version: Version) -> str:
        return str(version.track.cut.episode.series)

    @display(description=_("language"), ordering="track__language")
    def language(self, version: Version) -> str:
        return f"{language_name(version.track.language)} ({version.track.get_kind_display()})"

    @display(description=_("state"), ordering="state")
    def state_shown(self, version: Version) -> str:
        return badge(version.state, version.get_state_display())
