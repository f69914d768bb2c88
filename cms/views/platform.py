"""Pages of platform staff: which studios there are, and opening, suspending, resuming and visiting one.

They stand outside any scope, so nothing that is in a studio can be on them.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from cms.views.forms import email, text, time_zone
from cms.views.front import front_page
from cms.views.workplaces import enter
from studios import platform
from studios.admin.invitations import mail_invitation
from studios.joining import invite
from studios.models import MovedOn
from studios.platform import NameTaken, NoStudio, NotPlatform, StudioCard, WorksHere
from studios.roles import Role

View = Callable[..., HttpResponse]


def _for_staff(view: View) -> View:
    """A page that is not there for anybody but platform staff."""

    @login_required
    @never_cache
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_platform:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _why(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=500, widget=UnfoldAdminTextareaWidget({"rows": 3, "dir": "auto"})
    )


class NewStudio(forms.Form):
    name = text(_("Name of the studio"))
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=50,
        help_text=_("For commands: small letters, digits and hyphens."),
        widget=UnfoldAdminTextInputWidget({"dir": "ltr", "autocapitalize": "none"}),
    )
    time_zone = time_zone(initial="UTC")
    owner_name = text(_("Name of its first owner"))
    owner_email = email(_("E-mail address of its first owner"))


class Reason(forms.Form):
    why = _why(_("Why?"), _("Members of the studio read this."))


class Visit(forms.Form):
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in platform.VISITORS_ROLES],
        initial=Role.VIEWER,
        widget=UnfoldAdminSelectWidget(),
    )
    why = _why(_("Why?"), _("The owners of the studio are told, and it stands in the list of members."))


@_for_staff
def studios(request: Any) -> HttpResponse:
    context = {
        "title": _("Studios"),
        "cards": platform.studios_for(request.user),
        "has_desk": bool(request.user.workplaces()),
    }
    return front_page(request, "desk/platform/studios.html", context)


@_for_staff
def new_studio(request: Any) -> HttpResponse:
    form = NewStudio(request.POST or None)
    if form.is_valid():
        try:
            return _opened(request, form.cleaned_data)
        except NameTaken as reason:
            form.add_error("slug", str(reason))
    context = {
        "title": _("New studio"),
        "lead": _("Its first owner is invited by e-mail and invites everybody else."),
        "form": form,
        "submit": _("Make the studio"),
        "back": reverse("platform"),
    }
    return front_page(request, "desk/platform/form.html", context)


@_for_staff
def suspend(request: Any, studio_id: UUID) -> HttpResponse:
    card = _card(request, studio_id)
    form = Reason(request.POST or None)
    if form.is_valid():
        try:
            platform.suspend(card.id, by=request.user, why=form.cleaned_data["why"])
        except (MovedOn, NoStudio) as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, _now("%s is suspended.") % card.name)
        return HttpResponseRedirect(reverse("platform"))
    context = {
        "title": _now("Suspend %s") % card.name,
        "lead": _("Members, keys, jobs and players are refused until you resume it. Nothing is deleted."),
        "form": form,
        "submit": _("Suspend"),
        "back": reverse("platform"),
    }
    return front_page(request, "desk/platform/form.html", context)


@_for_staff
def resume(request: Any, studio_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    card = _card(request, studio_id)
    try:
        platform.resume(card.id, by=request.user)
        messages.success(request, _now("%s is at work again.") % card.name)
    except (MovedOn, NoStudio) as reason:
        messages.warning(request, str(reason))
    return HttpResponseRedirect(reverse("platform"))


@_for_staff
def work_as(request: Any, studio_id: UUID) -> HttpResponse:
    """Enter a studio for an hour."""
    card = _card(request, studio_id)
    form = Visit(request.POST or None)
    if form.is_valid():
        try:
            platform.work_as(card.id, person=request.user, **form.cleaned_data)
        except (NoStudio, WorksHere) as reason:
            messages.warning(request, str(reason))
            return HttpResponseRedirect(reverse("platform"))
        return enter(request, card.id)
    context = {
        "title": _now("Work in %s") % card.name,
        "lead": _("You become a member for one hour. Everything that you do is recorded under your name."),
        "form": form,
        "submit": _("Enter"),
        "back": reverse("platform"),
    }
    return front_page(request, "desk/platform/form.html", context)


def _opened(request: Any, fields: dict[str, Any]) -> HttpResponse:
    """Make the studio and mail its first owner's invitation, or show the link this once where no mail goes out."""

    def invite_owner() -> str:
        owner = {"email": fields["owner_email"], "name": fields["owner_name"]}
        invitation, secret = invite(**owner, roles=[Role.OWNER], by=request.user)
        address = request.build_absolute_uri(reverse("invitation", args=[secret]))
        mail_invitation(invitation, address, secret, fields["name"])
        return address

    place = {name: fields[name] for name in ("name", "slug", "time_zone")}
    address = platform.open_studio(**place, by=request.user, then=invite_owner)
    if settings.MAIL_GOES_OUT:
        told = _now("%(studio)s is open, and the invitation of %(person)s is mailed to %(email)s.")
        words = {"studio": fields["name"], "person": fields["owner_name"], "email": fields["owner_email"]}
        messages.success(request, told % words)
        return HttpResponseRedirect(reverse("platform"))
    context = {
        "title": _now("%s is open") % fields["name"],
        "lead": _now(
            "Send this link to %(name)s (%(email)s) alone. It works once, for seven days, and is not shown again."
        )
        % {"name": fields["owner_name"], "email": fields["owner_email"]},
        "secret": address,
        "back": reverse("platform"),
    }
    return front_page(request, "desk/platform/opened.html", context)


def _card(request: Any, studio_id: UUID) -> StudioCard:
    try:
        return platform.studio_for(request.user, studio_id)
    except (NoStudio, NotPlatform):
        raise Http404 from None
