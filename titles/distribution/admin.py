"""Where it goes, on the desk: releases, partners, grants, deliveries."""

from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin import LongListAdmin, StudioAdmin
from studios.roles import Action
from studios.showing import badge
from titles.distribution.models import Delivery, Release


class ReleaseAdmin(LongListAdmin):
    list_display = ["release", "series", "state_shown", "author", "submitted_at"]
    list_display_links = ["release"]
    list_select_related = ["series", "episode__series", "author"]
    list_filter = ["state"]
    ordering = ["-submitted_at", "-id"]

    @display(description=_("release"))
    def release(self, release: Release) -> str:
        return str(release)

    @display(description=_("state"), ordering="state")
    def state_shown(self, release: Release) -> str:
        return badge(release.state, release.get_state_display())


class PartnerAdmin(StudioAdmin):
    writing = Action.DISTRIBUTE
    list_display = ["name", "slug", "profile", "created_at"]
    list_select_related = ["profile"]
    search_fields = ["name", "slug"]
    ordering = ["name", "id"]


class GrantAdmin(StudioAdmin):
    list_display = ["partner", "series", "exclusive", "created_at"]
    list_select_related = ["partner", "series"]
    ordering = ["-created_at", "-id"]


class DeliveryAdmin(LongListAdmin):
    list_display = ["release", "partner", "state_shown", "created_at", "delivered_at"]
    list_select_related = ["release__series", "release__episode", "partner"]
    list_filter = ["state"]
    ordering = ["-created_at", "-id"]

    @display(description=_("state"), ordering="state")
    def state_shown(self, delivery: Delivery) -> str:
        return badge(delivery.state, delivery.get_state_display())
