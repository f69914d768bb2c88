"""What surrounds every request of the desk: the person's language and time zone, and the scope of their studio."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from studios.models import Membership, Workplace
from studios.scope import scope

SESSION_KEY = "studio"
#: In every form of the desk (cms/templatetags/studio_forms.py): the studio that it was filled in for.
STUDIO_FIELD = "_studio"
#: Addresses under which a request stands in one scope. All others open their own, page by page, or need none.
SCOPED = "/admin/"
#: What people still do in a studio that is closing: pack, leave, read what they are told, and sign out.
_WHILE_CLOSING = ("leaving", "leave", "inbox", "preferences", "logout")
#: Addresses that players read dozens of times a minute: whoever has one may, and nobody is looked up.
_IMPERSONAL = "/media/"

Answer = Callable[[HttpRequest], HttpResponse]


class PersonalPreferences:
    """Activate the language and time zone that the person chose."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = AnonymousUser() if request.path_info.startswith(_IMPERSONAL) else request.user
        if isinstance(user, AnonymousUser):
            return self.get_response(request)
        with translation.override(user.language), timezone.override(user.zone()):
            request.LANGUAGE_CODE = user.language
            response = self.get_response(request)
        response.headers["Content-Language"] = user.language
        return response


class StudioScope:
    """Open one scope per request of the desk, for the studio that the person works in.

    The body is read first: a slow upload would otherwise hold a transaction. Templates are rendered inside the scope
    (Django renders before a response leaves the view handler), sessions and messages are saved outside it. Whatever
    raises an exception, 404 and 403 included, rolls everything back: Django turns it into an ordinary response before
    this middleware sees it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.studio, request.membership, request.workplaces = None, None, []
        if not request.path_info.startswith(SCOPED) or not request.user.is_authenticated:
            return self.get_response(request)
        _read_body(request)
        request.workplaces = request.user.workplaces()
        place = chosen_place(request, request.workplaces)
        if place is None or place.is_suspended:
            return self._without_a_studio(request)
        with scope(place.id, person=request.user, door="admin"):
            request.membership = Membership.objects.select_related("studio").filter(user=request.user).first()
            request.studio = getattr(request.membership, "studio", None)
            if request.studio is not None and request.studio.is_closing and not _goes_on(request.path_info):
                _let_nothing_be_written()
            if request.studio is not None and _is_for_another_studio(request):
                return _switched(request)
            return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> None:
        if request.studio is not None:
            transaction.set_rollback(True)

    def _without_a_studio(self, request: HttpRequest) -> HttpResponse:
        """Every page of the desk would need a studio that is at work; signing out does not."""
        if request.path_info == reverse("admin:logout"):
            return self.get_response(request)
        return HttpResponseRedirect(reverse("no-studio"))


def _is_for_another_studio(request: Any) -> bool:
    """Whether a form was opened in a studio that the person has left for another one, in another window."""
    is_personal = request.path_info == reverse("admin:logout")
    return not is_personal and request.POST.get(STUDIO_FIELD, str(request.studio.pk)) != str(request.studio.pk)


def _switched(request: Any) -> HttpResponse:
    meant = next((place for place in request.workplaces if str(place.id) == request.POST[STUDIO_FIELD]), None)
    context = {"title": _("You switched studios"), "meant": meant}
    return render(request, "desk/switched.html", context, status=409)


def _goes_on(path: str) -> bool:
    """Whether it is an address at which people still write while their studio is closing."""
    return path.startswith(tuple(reverse(f"admin:{name}") for name in _WHILE_CLOSING))


def _let_nothing_be_written() -> None:
    """For the rest of the scope, whatever a page forgets to ask: a studio that is closing stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")


def _read_body(request: HttpRequest) -> None:
    """Take the whole body off the socket: files of a form go to disk, anything else is small (BodyLimit) or refused.

    Raises BadRequest for a zero byte in a field: PostgreSQL keeps none, and not every button has a form behind it.
    """
    if request.content_type != "multipart/form-data":
        request.body  # noqa: B018 - reading it is the point
    if any("\0" in text for _name, texts in request.POST.lists() for text in texts):
        raise BadRequest("a zero byte in a form")


def active_studio_id(request: Any) -> UUID | None:
    """The studio that this person works in now; None for a person without one, or while it is suspended."""
    place = chosen_place(request, request.user.workplaces())
    return place.id if place and not place.is_suspended else None


def chosen_place(request: Any, places: list[Workplace]) -> Workplace | None:
    """The studio that was chosen in the header, if the person still works there; else the first that is at work."""
    wished = request.session.get(SESSION_KEY)
    chosen = [place for place in places if str(place.id) == wished]
    at_work = [place for place in places if not place.is_suspended]
    return next(iter(chosen + at_work + places), None)
