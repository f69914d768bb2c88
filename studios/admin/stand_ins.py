"""Who stands in for an approver who is away: named by the approver, or for anybody by an owner."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from studios.admin.base import StudioAdmin, StudioForm, may
from studios.models import Membership, StandIn
from studios.roles import MAY, Action
from studios.showing import badge

_APPROVERS = [role for role, actions in MAY.items() if Action.NAME_DEPUTY in actions]
_READERS = [role for role, actions in MAY.items() if Action.READ in actions]


class Days(StudioForm):
    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        first, last = fields.get("from_date"), fields.get("until_date")
        if first and last and last < first:
            raise ValidationError({"until_date": _now("This is before the first day.")})
        if fields.get("deputy") and fields.get("deputy") == fields.get("approver"):
            raise ValidationError({"deputy": _now("Choose somebody else: nobody stands in for themselves.")})
        return fields


class StandInAdmin(StudioAdmin):
    """Days are those of the studio's time zone, both ends included."""

    form = Days
    list_display = ["deputy", "approver", "from_date", "until_date", "standing"]
    list_display_links = ["deputy"]
    list_select_related = ["approver__user", "deputy__user"]
    ordering = ["-until_date", "-id"]
    fields = ["approver", "deputy", ("from_date", "until_date")]

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return may(request, Action.NAME_DEPUTY) or may(request, Action.MANAGE_MEMBERS)

    def has_change_permission(self, request: Any, obj: StandIn | None = None) -> bool:
        if may(request, Action.MANAGE_MEMBERS):
            return True
        return may(request, Action.NAME_DEPUTY) and (obj is None or obj.approver_id == request.membership.pk)

    def has_delete_permission(self, request: Any, obj: StandIn | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_actions(self, request: Any) -> dict[str, Any]:
        """They are taken back one by one: the list also holds those of others."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_readonly_fields(self, request: Any, obj: StandIn | None = None) -> list[str]:
        """Whoever stands in for whom stays: another is made instead."""
        return ["approver", "deputy"] if obj else []

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        today = timezone.localdate(timezone=request.studio.zone())
        return {"approver": request.membership.pk, "from_date": today, "until_date": today}

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = self._approvers(request) if db_field.name == "approver" else _members(_READERS)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Members are invited elsewhere, not beside this list of them."""
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if formfield is not None and isinstance(formfield.widget, RelatedFieldWidgetWrapper):
            formfield.widget = formfield.widget.widget
        return formfield

    def _approvers(self, request: Any) -> QuerySet[Membership]:
        approvers = _members(_APPROVERS)
        return approvers if may(request, Action.MANAGE_MEMBERS) else approvers.filter(pk=request.membership.pk)

    @display(description=_("state"))
    def standing(self, stand_in: StandIn) -> str:
        today = timezone.localdate(timezone=stand_in.studio.zone())
        if stand_in.until_date < today:
            return badge("withdrawn", _now("over"))
        if stand_in.from_date > today:
            return badge("waiting", _now("to come"))
        return badge("active", _now("standing in"))

    def get_queryset(self, request: Any) -> QuerySet[StandIn]:
        return super().get_queryset(request).select_related("studio")


def _members(roles: Sequence[str]) -> QuerySet[Membership]:
    found = Membership.objects.current().filter(roles__overlap=roles, ends_at=None)
    return found.select_related("user").order_by("user__name", "id")
