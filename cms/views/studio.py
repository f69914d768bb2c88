"""The settings of a studio: its name, its time zone, and how its members sign in."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.accounts import second_factor
from cms.views.forms import time_zone
from studios.admin import StudioSettingsAdmin
from studios.admin.base import StudioForm
from studios.lines import stands_on_one_line
from studios.models import Studio, User


class StudioSettings(StudioForm):
    time_zone = time_zone()

    class Meta:
        model = Studio
        fields = ["name", "time_zone", "mfa_required"]

    #: Who fills in the form; set for every request.
    person: ClassVar[User]

    def clean_name(self) -> str:
        stands_on_one_line(self.cleaned_data["name"])
        return self.cleaned_data["name"]

    def clean_mfa_required(self) -> bool:
        required = self.cleaned_data["mfa_required"]
        if required and not second_factor.has_one(self.person):
            raise ValidationError(_("Add a second factor to your own account first: you would be locked out yourself."))
        return required


class StudioPage(StudioSettingsAdmin):
    form = StudioSettings
    fieldsets = [
        (None, {"fields": ["name", "slug", "time_zone"]}),
        (_("Signing in"), {"fields": ["mfa_required"]}),
    ]

    def get_form(self, request: Any, *args: Any, **kwargs: Any) -> type[forms.ModelForm]:
        form = super().get_form(request, *args, **kwargs)
        form.person = request.user
        return form

    def page_of(self, request: Any, row: Any) -> dict[str, Any]:
        limits = {"label": _("Limits for masters"), "address": reverse("admin:media_master_limits")}
        return {**super().page_of(request, row), "ways": [limits]}
