"""Releases on the desk: what was submitted, by whom, and the verdict of a second person."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin import Button, LongListAdmin
from studios.models import MovedOn, User
from studios.roles import Action
from studios.showing import badge
from titles.distribution.models import Release
from titles.distribution.models.release import OwnRelease
from titles.distribution.models.release import State as ReleaseState


class ReleaseAdmin(LongListAdmin):
    reviewing = Action.APPROVE_RELEASES
    refusals = (MovedOn, OwnRelease)
    buttons = (
        Button(
            "approve",
            _("Approve"),
            Action.APPROVE_RELEASES,
            _("%(row)s is approved and goes to its partners."),
            states=frozenset({ReleaseState.IN_REVIEW}),
            in_bulk=True,
            tone="primary",
        ),
        Button(
            "ask_for_changes",
            _("Ask for changes"),
            Action.APPROVE_RELEASES,
            _("%(row)s went back."),
            states=frozenset({ReleaseState.IN_REVIEW}),
            asks_why=True,
        ),
        Button(
            "withdraw",
            _("Withdraw"),
            Action.APPROVE_RELEASES,
            _("%(row)s is taken from all partners."),
            states=frozenset({ReleaseState.APPROVED}),
            asks_why=True,
            tone="danger",
        ),
        Button(
            "take_down",
            _("Take down for legal reasons"),
            Action.APPROVE_RELEASES,
            _("%(row)s is taken down."),
            states=frozenset({ReleaseState.APPROVED}),
            asks_why=True,
            tone="danger",
        ),
    )
    list_display = ["release", "series", "state_shown", "author", "submitted_at"]
    list_display_links = ["release"]
    list_select_related = ["series", "episode", "author"]
    list_filter = ["state"]
    ordering = ["-submitted_at", "-id"]
    fields = ["state"]

    def press(self, button: Button, row: Release, *, by: User, why: str) -> None:
        if button.verb == "take_down":
            row.withdraw(by=by, why=why, legal=True)
        else:
            super().press(button, row, by=by, why=why)

    def get_queryset(self, request: Any) -> QuerySet[Release]:
        return super().get_queryset(request).defer("document")

    @display(description=_("release"))
    def release(self, release: Release) -> str:
        return str(release)

    @display(description=_("state"), ordering="state")
    def state_shown(self, release: Release) -> str:
        return badge(release.state, release.get_state_display())
