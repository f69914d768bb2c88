"""Masters come in here, outside the scope of a request: the way from the socket to the store may take minutes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.accounts import second_factor
from cms.middleware import active_studio_id
from studios.models import Membership, User
from studios.roles import Action
from studios.scope import scope
from titles.catalog.models import Cut, Episode
from titles.media.receiving import NoRoom, TooLarge, receive
from titles.media.sniffing import NotFilm


@login_required
@require_POST
def master(request: Any, episode_id: str) -> HttpResponse:
    """Take the next master of an episode's default cut, and return to the episode's page with what became of it."""
    cut = _cut_to_fill(request, episode_id)
    file = request.FILES.get("file")
    try:
        if file is None:
            messages.warning(request, _("Choose a file first."))
        else:
            kept = receive(file, cut=cut, name=file.name, by=request.user)
            messages.success(request, _("%s has arrived and is checked now.") % kept.original_name)
    except (NotFilm, TooLarge, NoRoom) as reason:
        messages.warning(request, str(reason))
    return HttpResponseRedirect(reverse("admin:catalog_episode_change", args=[episode_id]))


def may_upload(request: Any) -> bool:
    """Whether this person may upload masters in the studio that they work in: asked before a file is taken in."""
    person: User = request.user
    studio_id = active_studio_id(request)
    if studio_id is None:
        return False
    with scope(studio_id, person=person, door="admin"):
        membership = Membership.objects.select_related("studio").filter(user=person).first()
        if membership is None or second_factor.is_owed(request, membership.studio):
            return False
        return membership.may(Action.UPLOAD_MEDIA)


def _cut_to_fill(request: Any, episode_id: str) -> Cut:
    """The cut that the file is for, if this person may upload. A short scope, closed before the file moves."""
    studio_id = active_studio_id(request)
    if studio_id is None or not may_upload(request):
        raise PermissionDenied
    with scope(studio_id, person=request.user, door="admin"):
        try:
            return Episode.objects.get(pk=episode_id).default_cut()
        except Episode.DoesNotExist:
            raise Http404 from None
