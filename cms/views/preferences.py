"""A person's own settings: name, language, time zone, and what is mailed to them."""

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
from unfold.widgets import UnfoldAdminSelectWidget

from cms.views.forms import language, text, time_zone
from studios.models import User
from studios.models.notice import NoticeKind, Pace, pace_of

_COLUMNS = ("name", "language", "time_zone")
#: Before the name of a kind of notice: the name of the field that says how soon it is mailed.
_PACE = "mail_"


class Preferences(forms.ModelForm):
    name = text(_("Name"), attrs={"autocomplete": "name"})
    language = language(settings.LANGUAGES)
    time_zone = time_zone()

    class Meta:
        model = User
        fields = _COLUMNS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            self.fields[f"{_PACE}{kind}"] = forms.ChoiceField(
                label=kind.label,
                required=False,
                choices=Pace.choices,
                initial=pace_of(self.instance, kind),
                widget=UnfoldAdminSelectWidget(),
            )

    def clean(self) -> dict[str, Any]:
        paces = {kind: self.cleaned_data.get(f"{_PACE}{kind}") for kind in NoticeKind}
        self.instance.notices |= {str(kind): pace for kind, pace in paces.items() if pace}
        return self.cleaned_data

    def about_me(self) -> list[Any]:
        return [self[column] for column in _COLUMNS]

    def about_mail(self) -> list[Any]:
        return [self[f"{_PACE}{kind}"] for kind in NoticeKind]


def preferences(request: Any) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)  # a copy: what is refused must not be shown in the header
    form = Preferences(request.POST or None, instance=person)
    if form.is_valid():
        person.save(update_fields=[*_COLUMNS, "notices"])
        with translation.override(person.language):
            messages.success(request, str(_("Your settings are saved.")))
        return HttpResponseRedirect(reverse("admin:preferences"))
    context = {**site.each_context(request), "title": _("Your settings"), "form": form}
    return TemplateResponse(request, "desk/preferences.html", context)
