"""The studios of a person: switching between them, being told that one is suspended, and leaving one for good."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cms.middleware import SESSION_KEY, chosen_place
from cms.views.front import front_page
from studios.joining import LastOwner, end
from studios.models import Move, Studio, Workplace
from studios.scope import scope


def enter(request: Any, studio_id: UUID | str | None) -> HttpResponse:
    """Work there from now on. What was said about the studio before stays behind."""
    for _message in messages.get_messages(request):
        pass  # what was read is not shown again
    request.session[SESSION_KEY] = str(studio_id)
    return HttpResponseRedirect(reverse("admin:index"))


@login_required
@never_cache
def no_studio(request: Any) -> HttpResponse:
    """For a person who may sign in and cannot enter a studio: theirs is suspended, or they work nowhere."""
    places = request.user.workplaces()
    place = chosen_place(request, places)
    if place is None and request.user.is_platform:
        return HttpResponseRedirect(reverse("platform"))
    if place is None:
        notice = _("%s is not a member of any studio. Ask the owner of your studio to add you.") % request.user
        return front_page(request, "desk/notice.html", {"title": _("No studio"), "notice": notice})
    if not place.is_suspended:
        return HttpResponseRedirect(reverse("admin:index"))
    return front_page(request, "desk/suspended.html", _suspension(request, place, places))


def _suspension(request: Any, place: Workplace, places: list[Workplace]) -> dict[str, Any]:
    with scope(place.id, person=request.user, door="admin"):
        move = Move.objects.filter(noun=Studio._meta.label_lower, to_state=place.state).order_by("-id").first()
    others = [each for each in places if each != place]
    return {"title": _("%s is suspended") % place.name, "move": move, "others": others}


@login_required
@never_cache
def choose_studio(request: Any) -> HttpResponse:
    """List the studios of this person and work in another one from now on; one that is not theirs is not taken."""
    places = request.user.workplaces()
    if request.method == "POST":
        if request.POST.get("studio") in {str(place.id) for place in places}:
            return enter(request, request.POST["studio"])
        return HttpResponseRedirect(reverse("admin:index"))
    context = {"title": _("Choose a studio"), "places": places, "chosen": chosen_place(request, places)}
    return front_page(request, "desk/choose_studio.html", context)


def leave(request: Any) -> HttpResponse:
    """End one's own membership: from the next request on this studio is closed to the person."""
    member, studio = request.membership, str(request.studio)
    if request.method == "POST":
        was_visit = member.is_visit
        try:
            end(member)
        except LastOwner:
            messages.warning(request, _("You are the only owner. Make somebody else an owner first."))
            return HttpResponseRedirect(reverse("admin:leave"))
        messages.success(request, _("You do not work in %s any more.") % studio)
        return HttpResponseRedirect(reverse("platform" if was_visit else "front-door"))
    context = {**site.each_context(request), "title": _("Leave %s") % studio, "member": member}
    return TemplateResponse(request, "desk/leave.html", context)
