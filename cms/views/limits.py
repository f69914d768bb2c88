"""The limits that a studio's masters are held against: every one with its unit, beside what is shipped."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from studios.admin import may
from studios.models import Studio
from studios.roles import Action
from titles.media.limits import SHIPPED, BadLimits, MediaLimits

_SHIPPED = SHIPPED.to_json()


@dataclass(frozen=True)
class Unit:
    """What people write a limit in: its sign, and how much of the stored value one of it is."""

    sign: Any
    stored: float = 1
    least: float = 0
    most: float | None = None


_SECONDS = Unit(_("s"), 1000, most=3600)
_PIXELS = Unit(_("px"), most=8192)
_PERCENT = Unit("%", 0.01, most=50)
_LUFS = Unit("LUFS", least=-70, most=0)
_PEAK = Unit("dBTP", least=-20, most=20)

QUANTITIES: dict[str, tuple[Any, Unit]] = {
    "shortest_ms": (_("Shortest episode"), _SECONDS),
    "longest_ms": (_("Longest episode"), _SECONDS),
    "duration_tolerance_ms": (_("Tolerance of both"), _SECONDS),
    "least_width_px": (_("Least width"), _PIXELS),
    "least_height_px": (_("Least height"), _PIXELS),
    "aspect_tolerance": (_("Tolerance of 9:16"), _PERCENT),
    "letterbox_share": (_("Black bars, on each side"), _PERCENT),
    "black_edge_ms": (_("Black at the beginning, and at the end"), _SECONDS),
    "black_inside_ms": (_("Black in between"), _SECONDS),
    "still_ms": (_("Standing still"), _SECONDS),
    "silence_ms": (_("Silent"), _SECONDS),
    "sound_off_ms": (_("A dub longer or shorter than the picture"), _SECONDS),
    "quietest_lufs": (_("Quietest"), _LUFS),
    "loudest_lufs": (_("Loudest"), _LUFS),
    "true_peak_db": (_("Highest true peak"), _PEAK),
}
DEMANDS: dict[str, Any] = {
    "constant_frame_rate": _("Constant frame rate"),
    "progressive": _("Progressive pictures"),
    "standard_range": _("Standard dynamic range"),
    "sound": _("With sound"),
    "no_duplicates": _("No film of another episode"),
}
_RATES = "frame_rates"
_GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Length"), ("shortest_ms", "longest_ms", "duration_tolerance_ms")),
    (_("Picture"), ("least_width_px", "least_height_px", "aspect_tolerance", "letterbox_share", _RATES)),
    (_("What may be missing"), ("black_edge_ms", "black_inside_ms", "still_ms", "silence_ms")),
    (_("Dubs"), ("sound_off_ms",)),
    (_("Loudness"), ("quietest_lufs", "loudest_lufs", "true_peak_db")),
    (_("Demands"), tuple(DEMANDS)),
)
_ON, _OFF = "on", "off"
_WORDS = {True: _("required"), False: _("not required")}


def _shipped(shown: Any) -> Any:
    return format_lazy("{} {}", _("Shipped:"), shown)


def _quantity(name: str) -> forms.Field:
    """A number in the unit that people think in; left empty, the shipped value holds."""
    label, unit = QUANTITIES[name]
    shown = f"{_SHIPPED[name] / unit.stored:g}"
    return forms.FloatField(
        label=format_lazy("{} ({})", label, unit.sign),
        required=False,
        min_value=unit.least,
        max_value=unit.most,
        help_text=_shipped(format_lazy("{} {}", shown, unit.sign)),
        widget=UnfoldAdminTextInputWidget({"placeholder": shown, "dir": "ltr", "inputmode": "decimal"}),
    )


def _demand(name: str) -> forms.Field:
    choices = [("", _("as shipped")), (_ON, _WORDS[True]), (_OFF, _WORDS[False])]
    return forms.ChoiceField(
        label=DEMANDS[name],
        required=False,
        choices=choices,
        help_text=_shipped(_WORDS[_SHIPPED[name]]),
        widget=UnfoldAdminSelectWidget(),
    )


def _frame_rates() -> forms.Field:
    shown = _rates_shown(_SHIPPED[_RATES])
    return forms.CharField(
        label=_("Frame rates, separated by commas"),
        required=False,
        help_text=_shipped(shown),
        widget=UnfoldAdminTextInputWidget({"placeholder": shown, "dir": "ltr", "inputmode": "decimal"}),
    )


def _rates_shown(rates: list[float]) -> str:
    return ", ".join(f"{rate:g}" for rate in rates)


_Fields = type(
    "_Fields",
    (forms.Form,),
    {
        **{name: _quantity(name) for name in QUANTITIES},
        **{name: _demand(name) for name in DEMANDS},
        _RATES: _frame_rates(),
    },
)


class LimitsForm(_Fields):  # type: ignore[misc, valid-type]
    """One field for each limit. What is left empty is not stored, so that a later release may ship another value."""

    def clean_frame_rates(self) -> list[float] | None:
        written = self.cleaned_data[_RATES]
        try:
            rates = [float(rate) for rate in written.split(",") if rate.strip()]
        except ValueError:
            rates = [0.0]
        if not all(1 <= rate <= 240 for rate in rates):
            raise ValidationError(_("Write frame rates as numbers separated by commas, such as 25, 29.97."))
        return rates or None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self._in_order(said, "shortest_ms", "longest_ms", _("The shortest episode is longer than the longest."))
        self._in_order(said, "quietest_lufs", "loudest_lufs", _("The quietest sound is louder than the loudest."))
        return said

    def _in_order(self, said: dict[str, Any], lower: str, upper: str, complaint: Any) -> None:
        """The shipped value counts where nothing is written."""
        ends = [_stored(name, said.get(name)) for name in (lower, upper)]
        low, high = (_SHIPPED[name] if end is None else end for name, end in zip((lower, upper), ends, strict=True))
        if low > high:
            self.add_error(lower, complaint)

    def chosen(self) -> dict[str, Any]:
        """The limits that are not as shipped, as they are stored."""
        stored = {name: _stored(name, value) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in stored.items() if value is not None}

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        for label, names in _GROUPS:
            yield label, [self[name] for name in names]


def _stored(name: str, value: Any) -> Any:
    """What is kept of what a person wrote; None for the shipped value."""
    if value in (None, ""):
        return None
    if name in DEMANDS:
        return value == _ON
    if name == _RATES:
        return value
    stored = value * QUANTITIES[name][1].stored
    return round(stored) if isinstance(_SHIPPED[name], int) else round(stored, 6)


def _shown(limits: dict[str, Any]) -> dict[str, Any]:
    """Stored limits as a person writes them; names that are no limit are left out."""
    shown: dict[str, Any] = {}
    for name, value in limits.items():
        if name in DEMANDS:
            shown[name] = _ON if value else _OFF
        elif name == _RATES:
            shown[name] = _rates_shown(value)
        elif name in QUANTITIES:
            shown[name] = f"{value / QUANTITIES[name][1].stored:g}"
    return shown


def usable(stored: dict[str, Any]) -> dict[str, Any]:
    """``stored`` if it can be used; otherwise nothing, which is the shipped limits."""
    try:
        MediaLimits.from_json(stored)
    except BadLimits:
        return {}
    return stored


def limits_page(desk: Any, request: Any) -> HttpResponse:
    """Show the limits to whoever reads the studio; whoever takes care of media changes them, or takes the shipped."""
    if not may(request, Action.READ):
        raise PermissionDenied
    may_change = may(request, Action.UPLOAD_MEDIA)
    kept = Studio.objects.current().media_limits
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        form = LimitsForm({} if "shipped" in request.POST else request.POST)
        if form.is_valid():
            return _saved(request, kept, form.chosen())
    else:
        form = LimitsForm(initial=_shown(usable(kept)))
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    context = {
        **desk.admin_site.each_context(request),
        "title": _now("Limits for masters"),
        "form": form,
        "may_change": may_change,
        "are_shipped": not kept,
    }
    return TemplateResponse(request, "desk/limits.html", context)


def _saved(request: Any, before: dict[str, Any], chosen: dict[str, Any]) -> HttpResponse:
    """What is there is judged by it only when somebody has seen what that changes."""
    if chosen == before:
        messages.info(request, _now("Nothing was changed."))
        return HttpResponseRedirect(request.path)
    Studio.objects.filter(pk=request.studio.pk).update(media_limits=chosen)
    messages.success(request, _now("New masters are held against these limits from now on."))
    return HttpResponseRedirect(reverse("admin:media_master_judge"))
