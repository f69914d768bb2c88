"""Who owes a second factor: members of a studio that asks for one, and platform staff.

It is the session that owes it: a password that was stolen before its person enrolled a factor opens nothing more.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.sessions import asked_by_a_page
from studios.models import Studio, User

#: Recovery codes alone are no factor: they come along with one.
_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
_PLATFORM, _ACCOUNT = "/platform/", "/account/"
#: How allauth names a second factor among what a session was authenticated with; a passkey alone is one too.
_USED = "mfa"
#: Pages of the account that are open to a session that has still to use the person's factor: the doors.
_DOORS = (
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
    "session-ended",
)


def has_one(person: User) -> bool:
    return is_mfa_enabled(person, _FACTORS)


def take_away(person: User) -> None:
    """Remove all factors and recovery codes of ``person``, and end every session: it may not be theirs."""
    Authenticator.objects.filter(user=person).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()


def was_used(request: Any) -> bool:
    """Whether this session was authenticated with a second factor that its person still has."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == _USED for record in records) and has_one(request.user)


def is_owed(request: Any, studio: Studio) -> bool:
    """Whether a second factor has to be enrolled, or used, before this session may go on in ``studio``."""
    return studio.mfa_required and not was_used(request)


@receiver(post_save, sender=Authenticator)
def begin_anew(sender: Any, instance: Authenticator, created: bool, **others: Any) -> None:
    """The session that enrols a factor has it in hand; whoever is signed in elsewhere comes back with it."""
    request = context.request
    if not created or instance.type not in _FACTORS or request is None or request.user != instance.user:
        return
    record_authentication(request, request.user, _USED, id=instance.pk, type=instance.type)
    end_other_sessions(request, request.user)


class SecondFactor:
    """Lead whoever owes a second factor to the page where one is added, or used. Stands inside the studio's scope.

    A session that has not used the factor of its person changes nothing in the account either: it could enrol another.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        why = self._why(request)
        if not why:
            return self.get_response(request)
        if asked_by_a_page(request):
            return HttpResponse(status=401)
        if has_one(request.user):
            messages.warning(request, _("Confirm with your authenticator app, a recovery code or a passkey to go on."))
            return HttpResponseRedirect(_where_it_is_used(request))
        messages.warning(request, why)
        return HttpResponseRedirect(reverse("mfa_index"))

    def _why(self, request: Any) -> str:
        """Why the person may not go on yet, in a sentence; empty if they may."""
        path = request.path_info
        if path == reverse("admin:logout"):
            return ""
        if request.studio is not None and is_owed(request, request.studio):
            return _("%(studio)s asks for a second factor. Add an authenticator app or a passkey to go on.") % {
                "studio": request.studio
            }
        if path.startswith(_PLATFORM) and _is_owed_by_staff(request):
            return _("Platform staff need a second factor. Add an authenticator app or a passkey to go on.")
        if path.startswith(_ACCOUNT) and not _is_door(path) and _is_owed_to_the_account(request):
            return _("Your account asks for its second factor.")
        return ""


def _is_owed_by_staff(request: Any) -> bool:
    return settings.PLATFORM_MFA and getattr(request.user, "is_platform", False) and not was_used(request)


def _is_owed_to_the_account(request: Any) -> bool:
    return request.user.is_authenticated and not was_used(request) and has_one(request.user)


def _is_door(path: str) -> bool:
    return path in {reverse(name) for name in _DOORS} or path.startswith(f"{reverse('account_reset_password')}key/")


def _where_it_is_used(request: Any) -> str:
    """allauth's page for a code, or for a passkey; it leads back to the page that was asked for."""
    has_app = is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
    page = reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")
    way_back = request.get_full_path() if request.method == "GET" else reverse("admin:index")
    return f"{page}?{urlencode({REDIRECT_FIELD_NAME: way_back})}"
