"""Keys on the desk: made with scopes and an end, shown once, watched until they run out, revoked."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDateWidget,
    UnfoldAdminTextInputWidget,
)

from studios.admin.base import Button, StudioAdmin, StudioForm, may
from studios.admin.choices import DayChoice
from studios.expiring import ends_soon
from studios.models import Key, StudioKey, TooManyKeys, User
from studios.roles import Action
from studios.showing import badge

#: A key that nobody gave an end lasts that long.
USUAL_DAYS = 365


def in_a_year() -> date:
    return timezone.localdate() + timedelta(days=USUAL_DAYS)


class KeyFields(forms.Form):
    """What every new key is asked: what it opens, and until when."""

    scopes = forms.MultipleChoiceField(label=_("Opens"), widget=UnfoldAdminCheckboxSelectMultipleWidget())
    expires_on = DayChoice(
        label=_("Last day"),
        initial=in_a_year,
        required=False,
        widget=UnfoldAdminDateWidget({"type": "date"}),
        help_text=_("You are warned two weeks and three days ahead. Left empty, it never expires."),
    )

    def clean_expires_on(self) -> date | None:
        last = self.cleaned_data["expires_on"]
        if last is not None and last < timezone.localdate():
            raise ValidationError(_now("This day is over."))
        return last

    def expires_at(self) -> datetime | None:
        """The midnight after the last day, where the maker is."""
        last = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min)) if last else None


class NewStudioKey(KeyFields, StudioForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=_("What uses it, such as: reporting. Two keys of one name can be live, so that one takes over."),
    )
    field_order = ["name", "scopes", "expires_on"]

    class Meta:
        model = StudioKey
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes: Any = self.fields["scopes"]
        scopes.choices = StudioKey.Scope.choices


def standing_of(key: Key) -> SafeString:
    """How a key stands, as symbol and word."""
    now = timezone.now()
    if key.revoked_at is not None:
        return badge("revoked", _now("revoked"))
    if key.expires_at is not None and key.expires_at <= now:
        return badge("cancelled", _now("expired"))
    if ends_soon(key.expires_at, now):
        return badge("changes requested", _now("expires soon"))
    return badge("active", _now("live"))


def scopes_in_words(key: Any) -> str:
    labels = dict(key.Scope.choices)
    return ", ".join(str(labels.get(each, each)) for each in key.scopes) or "–"


class StudioKeyAdmin(StudioAdmin):
    """Keys for the studio API. A key is never changed: another is made, and this one revoked."""

    writing = Action.MANAGE_KEYS
    may_delete = False
    list_before_template = "desk/keys_ending.html"
    buttons = (Button("revoke", _("Revoke"), Action.MANAGE_KEYS, _("%(row)s is refused from now on."), tone="danger"),)
    list_display = ["key", "name", "opens", "standing", "expires_at", "last_used_at"]
    list_display_links = ["key"]
    list_select_related = ["made_by"]
    ordering = ["-created_at", "-id"]
    fields = ["name", "scopes", "expires_on"]
    shown_fields = [
        "key",
        "name",
        "opens",
        "standing",
        "made_by",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return may(request, Action.MANAGE_KEYS)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return self.shown_fields if obj else self.fields

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return self.shown_fields if obj else []

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_form(request, obj, change, **kwargs) if obj else NewStudioKey

    def may_press(self, request: Any, button: Button, row: Any) -> bool:
        return row.revoked_at is None and super().may_press(request, button, row)

    def press(self, button: Button, row: Any, *, by: User, why: str) -> None:
        row.revoke()

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        now = timezone.now()
        ending = [key for key in self.get_queryset(request).live() if ends_soon(key.expires_at, now)]
        return super().changelist_view(request, {"ending": ending, **(extra_context or {})})

    def add_view(self, request: Any, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except TooManyKeys as reason:
            self.message_user(request, str(reason), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:studios_studiokey_changelist"))

    def save_model(self, request: Any, obj: StudioKey, form: Any, change: bool) -> None:
        said = form.cleaned_data
        request.new_key = StudioKey.make(
            said["name"], scopes=said["scopes"], by=request.user, expires_at=form.expires_at()
        )

    def response_add(self, request: Any, obj: StudioKey, post_url_continue: str | None = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _now("API key"),
            "lead": _now("The new key for %s. It is not shown again: only its hash is kept.") % obj.name,
            "secret": request.new_key,
            "back": reverse("admin:studios_studiokey_changelist"),
        }
        response = TemplateResponse(request, "desk/shown_once.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @display(description=_("key"))
    def key(self, key: StudioKey) -> SafeString:
        return format_html_join("", '<span dir="ltr">{}</span>', [(str(key),)])

    @display(description=_("opens"))
    def opens(self, key: StudioKey) -> str:
        return scopes_in_words(key)

    @display(description=_("standing"))
    def standing(self, key: StudioKey) -> SafeString:
        return standing_of(key)
