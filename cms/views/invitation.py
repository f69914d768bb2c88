"""The page behind the link of an invitation: join with one's account, sign in to it first, or make one."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from cms.accounts.proof import prove
from cms.middleware import SESSION_KEY
from cms.views.forms import language, new_password, text
from cms.views.front import front_page
from cms.views.front_door import language_of_browser
from cms.views.workplaces import enter
from studios.joining import HasAccount, LinkSpent, Offer, OthersInvitation, accept, accept_as_newcomer, offer_of
from studios.letters import MAILED, came_by_mail
from studios.models import User
from studios.roles import Role


class NewAccount(forms.Form):
    name = text(_("Your name"), attrs={"autocomplete": "name"})
    password = new_password()
    language = language(settings.LANGUAGES)

    def __init__(self, offer: Offer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(email=self.offer.email, name=self.cleaned_data.get("name", "")))
        return password


@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Opening the link changes nothing: a button joins."""
    try:
        offer = offer_of(secret)
        if isinstance(request.user, User):
            return _with_account(request, secret, offer, request.user)
        if offer.has_account:
            return _sign_in_first(request, offer)
        return _as_newcomer(request, secret, offer)
    except LinkSpent as reason:
        return front_page(request, "desk/notice.html", {"title": _("Invitation"), "notice": reason}, status=410)


def _with_account(request: HttpRequest, secret: str, offer: Offer, person: User) -> HttpResponse:
    if person.email != offer.email:
        return _refuse(request, _("This invitation is for another person than the one who is signed in here."))
    if request.method != "POST":
        return front_page(request, "desk/invitation.html", _introduction(offer))
    try:
        membership = accept(secret, by=person)
    except OthersInvitation as reason:
        return _refuse(request, reason)
    return enter(request, membership.studio_id)


def _refuse(request: HttpRequest, reason: Any) -> HttpResponse:
    context = {"title": _("Invitation"), "notice": reason, "sign_out_leads_to": request.path}
    return front_page(request, "desk/notice.html", context, status=403)


def _sign_in_first(request: HttpRequest, offer: Offer) -> HttpResponse:
    context = _introduction(offer) | {
        "way_on": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        "way_on_label": _("Sign in to join"),
        "notice": format_lazy("{} {}", _introduction(offer)["lead"], _("You have an account: sign in to it first.")),
    }
    return front_page(request, "desk/notice.html", context)


def _as_newcomer(request: HttpRequest, secret: str, offer: Offer) -> HttpResponse:
    known = {"name": offer.name, "language": language_of_browser()}
    form = NewAccount(offer, request.POST or None, initial=known)
    if form.is_valid():
        try:
            membership = accept_as_newcomer(secret, **form.cleaned_data)
        except HasAccount:
            return _sign_in_first(request, offer)
        if came_by_mail(secret, request.GET.get(MAILED, "")):
            prove(membership.user)
        response = perform_login(request, membership.user, redirect_url=reverse("admin:index"))
        request.session[SESSION_KEY] = str(membership.studio_id)
        return response
    lead = _("From then on you sign in with %s.") % offer.email
    context = _introduction(offer)
    context |= {
        "lead": format_lazy("{} {}", context["lead"], lead),
        "form": form,
        "submit": _("Join %s") % offer.studio,
    }
    return front_page(request, "desk/front_form.html", context)


def _introduction(offer: Offer) -> dict[str, Any]:
    roles = ", ".join(str(Role(role).label) for role in offer.roles)
    sentence = _("%(person)s invites you to work here. Your part: %(roles)s.")
    return {
        "title": offer.studio.name,
        "lead": sentence % {"person": offer.invited_by or "Octavo", "roles": roles},
        "studio": offer.studio,
    }
