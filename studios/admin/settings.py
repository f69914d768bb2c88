"""The studio's own settings."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from studios.admin.base import StudioAdmin
from studios.models import Studio
from studios.roles import Action


class StudioSettingsAdmin(StudioAdmin):
    """The one studio that this is about: the list of studios leads straight to it."""

    writing = Action.MANAGE_STUDIO
    may_add = False
    may_delete = False
    fieldsets: ClassVar[list[Any]] = [(None, {"fields": ["name", "slug", "time_zone"]})]
    readonly_fields = ["slug"]

    def get_queryset(self, request: Any) -> QuerySet[Studio]:
        return super().get_queryset(request).filter(pk=request.studio.pk)

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:studios_studio_change", args=[request.studio.pk]))
