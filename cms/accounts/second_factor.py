"""Who owes a second factor: members of a studio that asks for one, and platform staff."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.sessions import asked_by_a_page
from studios.models import Studio, User

#: Recovery codes alone are no factor: they come along with one.
_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
_PLATFORM = "/platform/"


def has_one(person: User) -> bool:
    return is_mfa_enabled(person, _FACTORS)


def is_owed(person: User, studio: Studio) -> bool:
    """Whether this person has to enrol a second factor before they may go on in ``studio``."""
    return studio.mfa_required and not has_one(person)


class SecondFactor:
    """Lead whoever owes a second factor to the page where one is added. Stands inside the studio's scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        why = self._why(request)
        if not why:
            return self.get_response(request)
        if asked_by_a_page(request):
            return HttpResponse(status=401)
        messages.warning(request, why)
        return HttpResponseRedirect(reverse("mfa_index"))

    def _why(self, request: Any) -> str:
        """Why the person may not go on yet, in a sentence; empty if they may."""
        if request.path_info == reverse("admin:logout"):
            return ""
        if request.studio is not None and is_owed(request.user, request.studio):
            return _("%(studio)s asks for a second factor. Add an authenticator app or a passkey to go on.") % {
                "studio": request.studio
            }
        if request.path_info.startswith(_PLATFORM) and _is_staff_without_one(request.user):
            return _("Platform staff need a second factor. Add an authenticator app or a passkey to go on.")
        return ""


def _is_staff_without_one(person: Any) -> bool:
    return settings.PLATFORM_MFA and getattr(person, "is_platform", False) and not has_one(person)
