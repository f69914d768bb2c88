"""A person's own settings: name, language and time zone."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cms.views.forms import language, text, time_zone
from studios.models import User

_COLUMNS = ("name", "language", "time_zone")


class Preferences(forms.ModelForm):
    name = text(_("Name"), attrs={"autocomplete": "name"})
    language = language(settings.LANGUAGES)
    time_zone = time_zone()

    class Meta:
        model = User
        fields = _COLUMNS


def preferences(request: Any) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)  # a copy: what is refused must not be shown in the header
    form = Preferences(request.POST or None, instance=person)
    if form.is_valid():
        person.save(update_fields=_COLUMNS)
        with translation.override(person.language):
            messages.success(request, str(_("Your settings are saved.")))
        return HttpResponseRedirect(reverse("admin:preferences"))
    context = {**site.each_context(request), "title": _("Your settings"), "form": form}
    return TemplateResponse(request, "desk/preferences.html", context)
