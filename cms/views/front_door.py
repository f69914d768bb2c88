"""What stands at ``/``: the desk, or on an empty installation the page that makes the first studio and its owner."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from cms.views.forms import email, new_password, text, time_zone
from cms.views.front import front_page
from studios.models import User
from studios.opening import AlreadyOpen, is_open, open_first_studio


class FirstStudio(forms.Form):
    studio_name = text(_("Name of your studio"), attrs={"autocomplete": "organization"})
    name = text(_("Your name"), attrs={"autocomplete": "name"})
    email = email(_("Your e-mail address"))
    password = new_password()
    time_zone = time_zone(guess=True, initial="UTC")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        fields = self.cleaned_data
        if "password" in fields:
            owner = User(email=fields.get("email", ""), name=fields.get("name", ""))
            try:
                validate_password(fields["password"], owner)
            except ValidationError as reasons:
                self.add_error("password", reasons)
        return fields


@never_cache
def front_door(request: HttpRequest) -> HttpResponse:
    if is_open():
        return HttpResponseRedirect(reverse("admin:index"))
    form = FirstStudio(request.POST or None)
    if form.is_valid():
        try:
            owner = open_first_studio(language=language_of_browser(), **form.cleaned_data)
        except AlreadyOpen as reason:
            return front_page(request, "desk/notice.html", {"title": "Octavo", "notice": reason}, status=409)
        get_adapter().login(request, owner)
        return HttpResponseRedirect(reverse("admin:index"))
    context = {
        "title": _("Open your studio"),
        "lead": _("Nobody works here yet. You become the owner and can add the others afterwards."),
        "form": form,
        "submit": _("Open the studio"),
    }
    return front_page(request, "desk/front_form.html", context)


def language_of_browser() -> str:
    language = get_language() or settings.LANGUAGE_CODE
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def session_ended(request: HttpRequest) -> HttpResponse:
    """For a person whose session was too old, or in which nobody did anything: why, and the way back."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_way_back(request))
    notice = _(
        "For safety you are signed out after %(idle)s hours without doing anything, and after %(lives)s in all."
    ) % {
        "idle": f"{settings.SESSION_IDLE_S / 3600:g}",
        "lives": f"{settings.SESSION_LIVES_S / 3600:g}",
    }
    context = {
        "title": _("You have been signed out"),
        "notice": notice,
        "unsent": "unsent" in request.GET,
        "way_on": redirect_to_login(_way_back(request)).url,
        "way_on_label": _("Sign in and go on"),
    }
    return front_page(request, "desk/notice.html", context)


def _way_back(request: HttpRequest) -> str:
    wished = request.GET.get("next", "")
    is_here = url_has_allowed_host_and_scheme(wished, {request.get_host()})
    return wished if is_here else reverse("admin:index")
