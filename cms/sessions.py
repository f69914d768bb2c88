"""How long somebody stays signed in: not for ever, and not while nobody is there."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY as PERSON
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

_BEGAN, _SEEN = "began_at_s", "seen_at_s"
#: That somebody is there is written down about this often, not with every request.
_NOTED_EVERY_S = 60
#: Players ask here dozens of times a minute, with an address that was signed for them; nobody is looked up.
_IMPERSONAL = "/media/"


def began_at(session: SessionBase) -> float | None:
    """When the person of this session signed in, in seconds since 1970; None for a session that is nobody's yet."""
    return session.get(_BEGAN)


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, **others: Any) -> None:
    """Both times are known from the first moment, whatever is asked for afterwards."""
    request.session[_BEGAN] = request.session[_SEEN] = time.time()


class SessionEnds:
    """End a session that is too old, or in which nobody did anything for too long.

    What a page asks by itself while it stands open (htmx says so) is nobody's doing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_IMPERSONAL) or PERSON not in request.session:
            return self.get_response(request)
        now_s = time.time()
        if _is_over(request.session, now_s):
            return _end(request)
        if not asked_by_a_page(request):
            _note(request.session, now_s)
        return self.get_response(request)


def asked_by_a_page(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _wants_no_page(request: HttpRequest) -> bool:
    """Whether a script asks, that could do nothing with the page to which people are led: ours, or an upload."""
    return asked_by_a_page(request) or "Tus-Resumable" in request.headers


def _is_over(session: SessionBase, now_s: float) -> bool:
    """A session that does not say when it began has no claim to go on."""
    too_old = now_s - session.get(_BEGAN, 0) >= settings.SESSION_LIVES_S
    deserted = now_s - session.get(_SEEN, 0) >= settings.SESSION_IDLE_S
    return too_old or deserted


def _note(session: SessionBase, now_s: float) -> None:
    if now_s - session[_SEEN] >= _NOTED_EVERY_S:
        session[_SEEN] = now_s


def _end(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    request.user = AnonymousUser()
    if _wants_no_page(request):
        return HttpResponse(status=401)  # a page that stands open keeps what was typed into it
    query = {"next": _way_back(request)}
    if request.method != "GET":
        query["unsent"] = "1"
    return HttpResponseRedirect(f"{reverse('session-ended')}?{urlencode(query)}")


def _way_back(request: HttpRequest) -> str:
    """The page that was asked for, or the one whose form was sent."""
    if request.method == "GET":
        return request.get_full_path()
    sender = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sender, {request.get_host()}):
        return reverse("admin:index")
    parts = urlsplit(sender)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
