"""Deliveries on the desk: each push, its attempts, and the buttons that send it once more or stop it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin import Button, LongListAdmin
from studios.roles import Action
from studios.showing import badge
from titles.distribution.models import Delivery
from titles.distribution.models.delivery import State as DeliveryState


class DeliveryAdmin(LongListAdmin):
    change_form_template = "desk/delivery.html"
    buttons = (
        Button(
            "retry",
            _("Deliver again"),
            Action.DISTRIBUTE,
            _("%(row)s is tried again."),
            states=frozenset({DeliveryState.FAILED, DeliveryState.CANCELLED}),
            in_bulk=True,
            tone="primary",
        ),
        Button(
            "cancel",
            _("Cancel"),
            Action.DISTRIBUTE,
            _("%(row)s is cancelled."),
            states=frozenset({DeliveryState.WAITING}),
            asks_why=True,
            tone="danger",
        ),
    )
    list_display = ["delivery", "series", "state_shown", "created_at", "delivered_at"]
    list_display_links = ["delivery"]
    list_select_related = ["release__series", "release__episode", "partner"]
    list_filter = ["state", "partner"]
    ordering = ["-created_at", "-id"]
    fields = [
        ("partner", "release", "state_shown"),
        ("folder", "manifest_sha256"),
        ("created_at", "delivered_at"),
    ]
    readonly_fields = ["state_shown"]

    def get_queryset(self, request: Any) -> QuerySet[Delivery]:
        return super().get_queryset(request).defer("release__document")

    def page_of(self, request: Any, row: Delivery) -> dict[str, Any]:
        return {**super().page_of(request, row), "attempts": row.attempts.order_by("-id")[:50]}

    @display(description=_("delivery"))
    def delivery(self, delivery: Delivery) -> str:
        return str(delivery)

    @display(description=_("series"))
    def series(self, delivery: Delivery) -> str:
        return str(delivery.release.series)

    @display(description=_("state"), ordering="state")
    def state_shown(self, delivery: Delivery) -> str:
        return badge(delivery.state, delivery.get_state_display())
