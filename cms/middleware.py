"""What surrounds every request of the desk: the person's language and time zone, and the scope of their studio."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from studios.models import Membership, Studio
from studios.scope import scope

SESSION_KEY = "studio"
#: Addresses that open their own scopes, page by page, or need none.
_SCOPED = "/admin/"

Answer = Callable[[HttpRequest], HttpResponse]


class PersonalPreferences:
    """Activate the language and time zone that the person chose."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, AnonymousUser):
            return self.get_response(request)
        with translation.override(user.language), timezone.override(user.zone()):
            request.LANGUAGE_CODE = user.language
            return self.get_response(request)


class StudioScope:
    """Open one scope per request of the desk, for the studio that the person works in.

    The body is read first: a slow upload would otherwise hold a transaction. An exception rolls everything back,
    although Django turns it into an ordinary response before this middleware sees it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.studio, request.membership = None, None
        if not request.path.startswith(_SCOPED) or not request.user.is_authenticated:
            return self.get_response(request)
        request.POST  # noqa: B018 - reading it is the point
        studio_id = active_studio_id(request)
        if studio_id is None:
            return self.get_response(request)
        with ExitStack() as stack:
            stack.enter_context(scope(studio_id, person=request.user, door="admin"))
            request.studio = Studio.objects.get(pk=studio_id)
            request.membership = Membership.objects.get(user=request.user)
            response = self.get_response(request)
            if hasattr(response, "render") and not response.is_rendered:
                response = response.render()
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if connection.in_atomic_block:
            transaction.set_rollback(True)


def active_studio_id(request: HttpRequest) -> UUID | None:
    """The studio that the person chose in the header, if they still work there; else their first; None for none."""
    mine = request.user.studio_ids()
    chosen: Any = request.session.get(SESSION_KEY)
    return next((each for each in mine if str(each) == chosen), mine[0] if mine else None)
