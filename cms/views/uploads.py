"""Masters come in here, outside the scope of a request: the way from the socket to the disk may take minutes."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.accounts import second_factor
from cms.middleware import active_studio_id
from studios.models import Membership, User
from studios.roles import Action
from studios.scope import scope
from titles.catalog.models import Cut, Episode
from titles.media.models import Upload
from titles.media.receiving import NoRoom, TooLarge, receive
from titles.media.sniffing import NotFilm
from titles.media.uploads import arriving, bucket_wire, tus


class _Refused(Exception):
    """Whoever asks may not upload here: a status, and a sentence that says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def _for_senders(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give ``view`` whoever asks, if they may upload in the studio of the address, which they may have left since."""

    @wraps(view)
    def checked(request: Any, studio_id: UUID, **place: Any) -> HttpResponse:
        try:
            return view(request, _sender(request, studio_id), **place)
        except _Refused as reason:
            return tus.refusal(reason.status, str(reason))

    return checked


@_for_senders
def begin(request: Any, sender: tus.Sender) -> HttpResponse:
    """Where resumable uploads begin."""
    return tus.uploads(request, sender)


@_for_senders
def go_on(request: Any, sender: tus.Sender, upload_id: UUID) -> HttpResponse:
    """One resumable upload: how far it is, more of it, its end."""
    return tus.upload(request, sender, upload_id)


@require_POST
@_for_senders
def begin_parts(request: Any, sender: tus.Sender) -> HttpResponse:
    """Where an upload begins that goes straight to the bucket."""
    return bucket_wire.begin(request, sender)


@require_safe
@_for_senders
def parts(request: Any, sender: tus.Sender, upload_id: UUID) -> HttpResponse:
    return bucket_wire.parts(_in_parts(sender, upload_id))


@require_POST
@_for_senders
def part(request: Any, sender: tus.Sender, upload_id: UUID, number: int) -> HttpResponse:
    return bucket_wire.part(_in_parts(sender, upload_id), number)


@require_POST
@_for_senders
def whole(request: Any, sender: tus.Sender, upload_id: UUID) -> HttpResponse:
    return bucket_wire.finish(_in_parts(sender, upload_id), sender)


def _in_parts(sender: tus.Sender, upload_id: UUID) -> Callable[[], Upload]:
    """How the upload is found, if it goes to the bucket."""

    def found() -> Upload:
        upload = arriving.find(sender.studio_id, upload_id, sender.person)
        if not upload.multipart:
            raise arriving.NotThere(_("There is no such upload."))
        return upload

    return found


def _sender(request: Any, studio_id: UUID) -> tus.Sender:
    """Whoever asks, if they may upload in this studio. Raises _Refused."""
    person: User = request.user
    if not person.is_authenticated:
        raise _Refused(401, _("Sign in to go on with your uploads; what has arrived is kept."))
    place = next((place for place in person.workplaces() if place.id == studio_id), None)
    if place is None or place.is_suspended:
        raise _Refused(404, _("There is no such upload."))
    if not _may_at(studio_id, request, Action.UPLOAD_MEDIA):
        if not _may_at(studio_id, request, Action.READ):  # a guest, to whom no more is told than to a stranger
            raise _Refused(404, _("There is no such upload."))
        raise _Refused(403, _("You may not upload masters in this studio."))
    return tus.Sender(person, studio_id)


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
    studio_id = active_studio_id(request)
    return studio_id is not None and _may_at(studio_id, request, Action.UPLOAD_MEDIA)


def _may_at(studio_id: UUID, request: Any, action: Action) -> bool:
    with scope(studio_id, person=request.user, door="admin"):
        membership = Membership.objects.select_related("studio").filter(user=request.user).first()
        if membership is None or second_factor.is_owed(request, membership.studio):
            return False
        return membership.may(action)


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
