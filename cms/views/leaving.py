"""The page on which a studio leaves: an export to download, closing, and reopening. For owners alone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazily

from cms.leaving import closing, preparing
from cms.views.forms import text
from studios.admin import may
from studios.models import Move, MovedOn, Studio
from studios.roles import Action
from titles.jobs.models import UNFINISHED

View = Callable[..., HttpResponse]


class Name(forms.Form):
    """What somebody types who really means to close this studio."""

    name = text(_lazily("Write the name of the studio to close it"), attrs={"autocomplete": "off", "dir": "auto"})


def _for_owners(view: View) -> View:
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request, Action.LEAVE_WITH_STUDIO):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _by_themselves(view: View) -> View:
    """Whoever signed in a while ago says the password first, and presses again: a session may be in other hands."""

    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_reauthentication_required(request, app="account"):
            way_back = urlencode({REDIRECT_FIELD_NAME: reverse("admin:leaving")})
            return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{way_back}")
        return view(request, *args, **kwargs)

    return guarded


def _by_button(do: Callable[[Any], None]) -> View:
    """POST only, and back to the page."""

    @_for_owners
    def pressed(request: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            with transaction.atomic():
                do(request)
        except (MovedOn, closing.TooLate) as reason:
            messages.warning(request, str(reason))
        return HttpResponseRedirect(reverse("admin:leaving"))

    return pressed


@_for_owners
def leaving(request: Any) -> HttpResponse:
    """The page; only its list of exports where a page that stands open asks how far they are."""
    studio: Studio = request.studio
    exports = preparing.prepared(studio)
    steps = _steps()
    context = {
        "exports": [(each, steps.get(each.job.step, _("Waiting for a worker"))) for each in exports],
        "is_working": any(each.job.state in UNFINISHED for each in exports),
        "kept_days": preparing.LIVES.days,
    }
    if "exports" in request.GET:
        return TemplateResponse(request, "desk/leaving/exports.html", context)
    context |= {
        **site.each_context(request),
        "title": _("Export and close"),
        "studio": studio,
        "form": Name(),
        "days": settings.CLOSING_LASTS.days,
        "closed": _closed(studio),
        "left": closing.left_to_take_back() if studio.is_closing else 0,
    }
    return TemplateResponse(request, "desk/leaving/page.html", context)


@_for_owners
@_by_themselves
@_by_button
def export(request: Any) -> None:
    preparing.ask(request.studio, by=request.user)
    messages.success(request, _("The export is being made. You can leave this page; it will be here."))


@_for_owners
@_by_themselves
def download(request: Any, job_id: UUID) -> HttpResponse:
    address = preparing.address_of(job_id, request.studio)
    if address is None:
        raise Http404
    return HttpResponseRedirect(address)


@_for_owners
@_by_themselves
@_by_button
def close(request: Any) -> None:
    if request.POST.get("name", "").strip() != request.studio.name:
        messages.warning(request, _("That is not the name of this studio, so nothing was done."))
        return
    closing.close(request.studio.pk, by=request.user, door="admin")
    messages.success(request, _("%s is closing.") % request.studio)


@_by_button
def reopen(request: Any) -> None:
    closing.reopen(request.studio.pk, by=request.user, door="admin")
    messages.success(request, _("%s works again.") % request.studio)


def _closed(studio: Studio) -> Move | None:
    """Who closed it, and when."""
    return studio.moves().filter(to_state=Studio.State.CLOSING).select_related("person").last()


def _steps() -> dict[str, str]:
    """What the job reports, in words."""
    return {
        "rows": _("Reading all rows"),
        "files": _("Copying files"),
        "zip": _("Putting it into one file"),
    }
