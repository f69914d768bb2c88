"""Masters on the desk: what was found in them, in sentences, and the exceptions that a second person makes."""

from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin import Button, LongListAdmin
from studios.models import MovedOn
from studios.roles import Action
from studios.showing import badge
from titles.media.models import Master
from titles.media.models.master import OwnUpload, Place, State, StillNeeded
from titles.media.wording import findings_of

WAIVE = Button(
    "waive",
    _("Waive the findings"),
    Action.UPLOAD_MEDIA,
    _("%(row)s is accepted; it is transcoded next."),
    states=frozenset({State.NEEDS_WAIVER}),
    asks_why=True,
    tone="primary",
)
TRANSCODE = Button(
    "transcode",
    _("Transcode again"),
    Action.UPLOAD_MEDIA,
    _("%(row)s: its package is made again."),
    states=frozenset({State.ACCEPTED}),
    in_bulk=True,
)
MOVE_AWAY = Button(
    "move_to_cold_storage",
    _("Move to cold storage"),
    Action.UPLOAD_MEDIA,
    _("%(row)s is on its way to cold storage."),
    in_bulk=True,
)
RECALL = Button(
    "recall",
    _("Recall"),
    Action.UPLOAD_MEDIA,
    _("%(row)s is on its way back."),
    in_bulk=True,
)


class MasterAdmin(LongListAdmin):
    buttons = (WAIVE, TRANSCODE, MOVE_AWAY, RECALL)
    refusals = (MovedOn, OwnUpload, StillNeeded)
    list_display = ["name", "episode", "number", "state_shown", "size", "stored_in", "uploaded_by", "uploaded_at"]
    list_display_links = ["name"]
    list_select_related = ["cut__episode__series", "uploaded_by"]
    list_filter = ["state", "stored_in"]
    search_fields = ["original_name"]
    ordering = ["-uploaded_at", "-id"]
    fields = [
        ("episode", "number", "state_shown"),
        ("original_name", "size", "stored_in", "sha256"),
        ("uploaded_by", "uploaded_at"),
        "found",
    ]
    readonly_fields = ["episode", "state_shown", "size", "found"]

    def may_press(self, request: Any, button: Button, row: Any) -> bool:
        """A button for where the file is not; without cold storage there is only the way back."""
        if button is MOVE_AWAY and (row.stored_in == Place.COLD or not settings.HAS_COLD_STORAGE):
            return False
        if button is RECALL and row.stored_in == Place.AT_HAND:
            return False
        return super().may_press(request, button, row)

    @display(description=_("file"), ordering="original_name")
    def name(self, master: Master) -> str:
        return master.original_name

    @display(description=_("episode"))
    def episode(self, master: Master) -> str:
        address = reverse("admin:catalog_episode_change", args=[master.cut.episode_id])
        return format_html('<a href="{}"><bdi>{} · {}</bdi></a>', address, master.cut.episode.series, master.cut)

    @display(description=_("state"), ordering="state")
    def state_shown(self, master: Master) -> str:
        return badge(master.state, master.get_state_display())

    @display(description=_("size"), ordering="size_bytes")
    def size(self, master: Master) -> str:
        return filesizeformat(master.size_bytes)

    @display(description=_("findings"))
    def found(self, master: Master) -> str:
        findings = findings_of(master)
        if not findings:
            return _now("Nothing was found yet.") if master.state == State.RECEIVED else _now("Nothing.")
        return render_to_string("desk/findings.html", {"findings": findings})

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("inspection")
