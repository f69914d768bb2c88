"""What stands at ``/``: the desk, or on an empty installation the page that makes the first studio and its owner."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from cms.middleware import SESSION_KEY, active_studio_id
from cms.views.forms import email, new_password, text, time_zone
from cms.views.front import front_page
from studios.models import Studio, User
from studios.opening import AlreadyOpen, is_open, open_first_studio
from studios.scope import scope


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
            login(request, open_first_studio(language=_language_of_browser(), **form.cleaned_data))
        except AlreadyOpen as reason:
            return front_page(request, "desk/notice.html", {"title": "Octavo", "notice": reason}, status=409)
        return HttpResponseRedirect(reverse("admin:index"))
    context = {
        "title": _("Open your studio"),
        "lead": _("Nobody works here yet. You become the owner and can add the others afterwards."),
        "form": form,
        "submit": _("Open the studio"),
    }
    return front_page(request, "desk/front_form.html", context)


def _language_of_browser() -> str:
    language = get_language() or settings.LANGUAGE_CODE
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@login_required
def no_studio(request: HttpRequest) -> HttpResponse:
    """For a person who may sign in and works nowhere, perhaps since a minute ago."""
    if request.user.studio_ids():  # type: ignore[union-attr]
        return HttpResponseRedirect(reverse("admin:index"))
    notice = _("%s is not a member of any studio. Ask the owner of your studio to add you.") % request.user
    return front_page(request, "desk/notice.html", {"title": _("No studio"), "notice": notice})


@login_required
@never_cache
def choose_studio(request: Any) -> HttpResponse:
    """List the studios of this person and work in another one from now on; one that is not theirs is not taken."""
    mine = request.user.studio_ids()
    if request.method == "POST":
        if request.POST.get("studio") in map(str, mine):
            request.session[SESSION_KEY] = request.POST["studio"]
        return HttpResponseRedirect(reverse("admin:index"))
    studios = []
    for identity in mine:
        with scope(identity, person=request.user, door="admin"):
            studios.append(Studio.objects.current())
    context = {"title": _("Choose a studio"), "studios": studios, "chosen": str(active_studio_id(request))}
    return front_page(request, "desk/choose_studio.html", context)
