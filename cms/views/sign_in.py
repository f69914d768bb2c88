"""Signing in: with e-mail and password, or the first time through a one-time link."""

from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.forms import AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES, UnfoldAdminEmailInputWidget

from cms.views.forms import new_password
from cms.views.front import front_page
from studios.models import LinkSpent, SignInLink, User


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("This e-mail address and password do not belong together. Passwords are case-sensitive."),
        "inactive": _("This account has been closed. Ask the owner of your studio."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget = UnfoldAdminEmailInputWidget(
            {"class": " ".join(BASE_INPUT_CLASSES), "autofocus": "", "autocomplete": "username"}
        )

    def get_invalid_login_error(self) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages["invalid_login"], code="invalid_login")


class ChoosePassword(forms.Form):
    """The first password of a person who joins."""

    password = new_password()

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


@never_cache
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Opening the link changes nothing (mail programs open links too): choosing a password spends it."""
    try:
        person = SignInLink.user_of(secret)
        form = ChoosePassword(person, request.POST or None)
        if form.is_valid():
            return _join(request, secret, form.cleaned_data["password"])
    except LinkSpent as reason:
        return front_page(request, "desk/notice.html", {"title": _("Sign-in link"), "notice": reason}, status=410)
    context = {
        "title": _("Welcome, %s") % person,
        "lead": _("Choose a password. From then on you sign in with %s.") % person.email,
        "form": form,
        "submit": _("Set password and start"),
    }
    return front_page(request, "desk/front_form.html", context)


def _join(request: HttpRequest, secret: str, password: str) -> HttpResponse:
    with transaction.atomic():
        person = SignInLink.spend(secret)
        person.set_password(password)
        person.save(update_fields=["password"])
    login(request, person)
    return HttpResponseRedirect(reverse("admin:index"))
