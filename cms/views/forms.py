"""Fields as the desk draws them, for forms that stand outside a ModelAdmin."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from studios.lines import stands_on_one_line

_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def time_zones() -> list[tuple[str, Any]]:
    """The time zones that people live in, by region."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in _REGIONS}
    for name in sorted(available_timezones()):
        region = name.partition("/")[0]
        if region in groups:
            groups[region].append((name, name.replace("_", " ")))
    return [("UTC", "UTC"), *groups.items()]


def text(label: Any, *, most: int = 120, **options: Any) -> forms.CharField:
    attributes = options.pop("attrs", {})
    options = {"validators": [stands_on_one_line], **options}
    return forms.CharField(label=label, max_length=most, widget=UnfoldAdminTextInputWidget(attributes), **options)


def email(label: Any, **options: Any) -> forms.EmailField:
    widget = UnfoldAdminEmailInputWidget({"autocomplete": "email"})
    return forms.EmailField(label=label, widget=widget, **options)


def new_password(**options: Any) -> forms.CharField:
    widget = UnfoldAdminPasswordWidget({"autocomplete": "new-password"})
    return forms.CharField(label=_("Password"), strip=False, widget=widget, **options)


def time_zone(**options: Any) -> forms.ChoiceField:
    """``data-own-time-zone`` lets the browser offer its own zone while none was chosen."""
    widget = UnfoldAdminSelectWidget({"data-own-time-zone": ""} if options.pop("guess", False) else {})
    return forms.ChoiceField(label=_("Time zone"), choices=time_zones, widget=widget, **options)


def language(choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language"), choices=choices, widget=UnfoldAdminSelectWidget(), **options)
