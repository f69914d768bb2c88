"""Subtitles on the desk: every version of every track, with the verbs of its review."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from localization import assigning
from localization.conforming import may_approve
from localization.models import Assignment, OwnWork, Version
from localization.models.version import State
from studios.admin import Button, LongListAdmin, may
from studios.models import MovedOn, User
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


#: The timing of an approved version is a reviewer's word, that of any other whoever works with it may give.
CONFIRM_TIMING = Button(
    "confirm_timing",
    _("Confirm timing"),
    Action.CONFORM_TRACKS,
    _("The timing of %(row)s is confirmed for the newest master."),
    states=frozenset(set(State) - {State.TAKEN_BACK}),
    in_bulk=True,
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
    reviewing = Action.REVIEW_TRACKS
    buttons = (*BUTTONS, CONFIRM_TIMING)
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
        return super().get_queryset(request).defer("document").with_timing()

    def allows(self, request: Any, action: Action, row: Version) -> bool:
        """The times of what is approved are confirmed by whoever may approve it."""
        allowed = super().allows(request, action, row)
        if action == Action.CONFORM_TRACKS and row.state == State.APPROVED:
            return allowed and may_approve(row, request.membership)
        return allowed

    def may_press(self, request: Any, button: Button, row: Any) -> bool:
        fits = button is not CONFIRM_TIMING or row.is_timing_unconfirmed
        return fits and super().may_press(request, button, row)

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
    def state_shown(self, version: Any) -> str:
        shown = badge(version.state, version.get_state_display())
        if not version.is_timing_unconfirmed:
            return shown
        return format_html("{} {}", shown, badge("needs waiver", _now("timing unconfirmed")))


class AssignmentAdmin(LongListAdmin):
    """Who does what. Assignments are made by a page of their own (cms.views.assigning), many at a time."""

    buttons = (Button("end", _("End"), Action.ASSIGN, _("%(row)s: ended."), in_bulk=True, tone="danger"),)
    list_display = ["who", "episode_shown", "language_shown", "standing", "due_at", "ends_at", "may_download"]
    list_display_links = ["who"]
    list_select_related = ["member__user", "episode__series", "made_by"]
    search_fields = ["member__user__name", "member__user__email"]
    ordering = ["-made_at", "-id"]
    fields = [
        ("who", "episode_shown", "language_shown"),
        ("standing", "due_at", "ends_at"),
        ("may_download", "made_by", "made_at"),
    ]
    readonly_fields = ["who", "episode_shown", "language_shown", "standing", "made_by", "made_at"]

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """With the membership go its assignments; one alone is ended, so that it stays in the list."""
        return may(request, Action.MANAGE_MEMBERS)

    def get_actions(self, request: Any) -> dict[str, Any]:
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def may_press(self, request: Any, button: Button, row: Any) -> bool:
        return row.is_current() and super().may_press(request, button, row)

    def press(self, button: Button, row: Assignment, *, by: User, why: str) -> None:
        assigning.end(row)

    @display(description=_("who"), ordering="member__user__name")
    def who(self, assignment: Assignment) -> str:
        return str(assignment.member)

    @display(description=_("episode"))
    def episode_shown(self, assignment: Assignment) -> str:
        return f"{assignment.episode.series} · {assignment.episode}"

    @display(description=_("language"), ordering="language")
    def language_shown(self, assignment: Assignment) -> str:
        return language_name(assignment.language) if assignment.language else _now("to look at")

    @display(description=_("state"))
    def standing(self, assignment: Assignment) -> str:
        return badge("active", _now("standing")) if assignment.is_current() else badge("withdrawn", _now("ended"))
