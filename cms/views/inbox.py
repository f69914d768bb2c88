"""A person's inbox: what they should know, of the studio they work in now, and how much waits in their others."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.admin import site
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from studios.models import Notice
from studios.showing import address_of

_PER_PAGE = 50


@dataclass(frozen=True)
class Elsewhere:
    """What waits in another studio of the person: no more than that something does."""

    studio_id: UUID
    name: str
    unread: int


def unread_by_studio(request: Any) -> dict[UUID, int]:
    """How much the person has not read, in each of their studios that has such; one statement per request."""
    if not hasattr(request, "unread"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT studio, unread FROM octavo_unread_notices(%s)", [request.user.pk])
            request.unread = dict(cursor.fetchall())
    return request.unread


def inbox(request: Any) -> HttpResponse:
    page = Paginator(_mine(request).unread_first(), _PER_PAGE).get_page(request.GET.get("page"))
    waiting = unread_by_studio(request)
    context = {
        **site.each_context(request),
        "title": _("Inbox"),
        "page": page,
        "lines": [(notice, address_of(notice.noun, notice.row_id)) for notice in page],
        "unread_here": waiting.get(request.studio.pk, 0),
        "elsewhere": [
            Elsewhere(each.id, each.name, waiting[each.id])
            for each in request.workplaces
            if each.id in waiting and each.id != request.studio.pk
        ],
    }
    return TemplateResponse(request, "desk/inbox.html", context)


def mark_read(request: Any, notice_id: UUID | None = None) -> HttpResponse:
    """Mark one notice read, or all of this studio; those of other people are as if they were not there."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    notices = _mine(request)
    (notices if notice_id is None else notices.filter(pk=notice_id)).mark_read()
    return HttpResponseRedirect(reverse("admin:inbox"))


def _mine(request: Any) -> Any:
    return Notice.objects.filter(person=request.user)
