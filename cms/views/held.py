"""What the studio holds about one of its members, for its owners."""

from typing import Any
from uuid import UUID

from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from studios.access import MOST_LISTED, held_here
from studios.admin import may
from studios.models import Membership
from studios.roles import Action


def held(request: Any, membership_id: UUID) -> HttpResponse:
    member = _member(request, membership_id)
    context = {
        **site.each_context(request),
        "title": _("What %(studio)s holds about %(person)s") % {"studio": request.studio, "person": member.user},
        "studios": [{"studio": request.studio.name, **held_here(member.user)}],
        "most_listed": MOST_LISTED,
        "file": reverse("admin:held-file", args=[member.pk]),
    }
    return TemplateResponse(request, "desk/held.html", context)


def file(request: Any, membership_id: UUID) -> HttpResponse:
    member = _member(request, membership_id)
    answer = {"name": member.user.name, "email": member.user.email, **held_here(member.user)}
    return as_file(answer, f"{request.studio.slug}-{member.pk}.json")


def as_file(held: dict[str, Any], name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 2}, headers=headers)


def _member(request: Any, membership_id: UUID) -> Membership:
    """The member, for a person who manages members; one of another studio is as if there were none."""
    if not may(request, Action.MANAGE_MEMBERS):
        raise PermissionDenied
    member = Membership.objects.select_related("user").filter(pk=membership_id).first()
    if member is None:
        raise Http404
    return member
