"""The settings of a studio: its name and time zone, and the limits that its masters are held against."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from cms.accounts import second_factor
from cms.views.forms import time_zone
from studios.admin import StudioSettingsAdmin
from studios.admin.base import StudioForm
from studios.lines import stands_on_one_line
from studios.models import Studio, User
from titles.media.limits import SHIPPED, BadLimits, MediaLimits

LIMITS = {
    "shortest_ms": _("Shortest episode, in milliseconds"),
    "longest_ms": _("Longest episode, in milliseconds"),
    "duration_tolerance_ms": _("Tolerance of both, in milliseconds"),
    "least_width_px": _("Least width, in pixels"),
    "least_height_px": _("Least height, in pixels"),
    "aspect_tolerance": _("Tolerance of 9:16, as a share"),
    "letterbox_share": _("Black bars on each side, as a share"),
    "no_duplicates": _("No film of another episode"),
    "frame_rates": _("Frame rates, separated by commas"),
    "constant_frame_rate": _("Constant frame rate"),
    "progressive": _("Progressive pictures"),
    "standard_range": _("Standard dynamic range"),
    "sound": _("With sound"),
    "quietest_lufs": _("Quietest, in LUFS"),
    "loudest_lufs": _("Loudest, in LUFS"),
    "true_peak_db": _("Highest true peak, in dB"),
    "black_edge_ms": _("Black at the beginning and end, in milliseconds"),
    "black_inside_ms": _("Black in between, in milliseconds"),
    "still_ms": _("Standing still, in milliseconds"),
    "silence_ms": _("Silent, in milliseconds"),
}


def _field(name: str, shipped: Any) -> forms.Field:
    """An input for one limit: empty means the shipped value, which it shows."""
    if isinstance(shipped, bool):
        choices = [("", _("as shipped")), ("on", _("required")), ("off", _("not required"))]
        return forms.ChoiceField(label=LIMITS[name], required=False, choices=choices, widget=UnfoldAdminSelectWidget())
    shown = ", ".join(f"{rate:g}" for rate in shipped) if isinstance(shipped, list) else f"{shipped:g}"
    widget = UnfoldAdminTextInputWidget({"placeholder": shown, "dir": "ltr", "inputmode": "decimal"})
    kind = forms.CharField if isinstance(shipped, list) else type_of_number(shipped)
    return kind(label=LIMITS[name], required=False, widget=widget)


def type_of_number(shipped: float) -> type[forms.Field]:
    return forms.IntegerField if isinstance(shipped, int) else forms.FloatField


_Limits = type("_Limits", (forms.Form,), {name: _field(name, SHIPPED.to_json()[name]) for name in LIMITS})


class StudioSettings(_Limits, StudioForm):  # type: ignore[misc, valid-type]
    """Besides the columns one field per limit; what is left empty is not stored, so the shipped value holds."""

    time_zone = time_zone()

    class Meta:
        model = Studio
        fields = ["name", "time_zone", "mfa_required"]

    #: Who fills in the form; set for every request.
    person: ClassVar[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self.instance.media_limits.items():
            if name in self.fields:
                self.initial[name] = _shown(value)

    def clean_name(self) -> str:
        stands_on_one_line(self.cleaned_data["name"])
        return self.cleaned_data["name"]

    def clean_mfa_required(self) -> bool:
        required = self.cleaned_data["mfa_required"]
        if required and not second_factor.has_one(self.person):
            raise ValidationError(_("Add a second factor to your own account first: you would be locked out yourself."))
        return required

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        try:
            chosen = {name: _stored(name, fields.get(name)) for name in LIMITS if fields.get(name) not in (None, "")}
            MediaLimits.from_json(chosen)
        except BadLimits as reason:
            raise ValidationError(str(reason)) from None
        self.instance.media_limits = chosen
        return fields


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(f"{rate:g}" for rate in value) if isinstance(value, list) else value


def _stored(name: str, value: Any) -> Any:
    """What a person wrote as the limit is kept. Raises BadLimits."""
    shipped = SHIPPED.to_json()[name]
    if isinstance(shipped, bool):
        return value == "on"
    if isinstance(shipped, list):
        try:
            return [float(rate) for rate in value.split(",")]
        except ValueError:
            raise BadLimits(str(_("Write frame rates as numbers separated by commas, such as 25, 29.97."))) from None
    return value


class StudioPage(StudioSettingsAdmin):
    form = StudioSettings
    fieldsets = [
        (None, {"fields": ["name", "slug", "time_zone"]}),
        (_("Signing in"), {"fields": ["mfa_required"]}),
        (
            _("Limits for masters"),
            {
                "fields": [tuple(list(LIMITS)[place : place + 3]) for place in range(0, len(LIMITS), 3)],
                "description": _("A field that is left empty keeps the shipped limit, which it shows."),
            },
        ),
    ]

    def get_form(self, request: Any, *args: Any, **kwargs: Any) -> type[forms.ModelForm]:
        form = super().get_form(request, *args, **kwargs)
        form.person = request.user
        return form
