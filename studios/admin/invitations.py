"""Invitations, on the page of the members: who is awaited, the letter with a link, sending it again, withdrawing it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from studios.admin.base import may
from studios.joining import LinkSpent, send_again, withdraw
from studios.letters import MAILED, mark_of
from studios.lines import one_line
from studios.models import Invitation, User
from studios.roles import Action, Role

Verb = Callable[[Any, Invitation], HttpResponse]


class Invitations:
    """What the admin of the members does with invitations."""

    opts: Any
    admin_site: Any
    list_before_template = "desk/invitations.html"

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"invitations": _open_ones(request), **(extra_context or {})}
        return super().changelist_view(request, context)  # type: ignore[misc]

    def get_urls(self) -> list[URLPattern]:
        mine = [
            self._address("send-again", "send_again", self._send_again),
            self._address("withdraw", "withdraw", self._withdraw),
        ]
        return mine + super().get_urls()  # type: ignore[misc]

    def _address(self, word: str, name: str, verb: Verb) -> URLPattern:
        view = self.admin_site.admin_view(partial(self._press_on_invitation, verb))
        return path(f"invitations/<uuid:invitation_id>/{word}/", view, name=f"studios_invitation_{name}")

    def _press_on_invitation(self, verb: Verb, request: Any, invitation_id: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not may(request, Action.MANAGE_MEMBERS):
            raise PermissionDenied
        invitation = Invitation.objects.filter(pk=invitation_id).first()
        try:
            if invitation is None:
                raise LinkSpent
            return verb(request, invitation)
        except LinkSpent:
            messages.warning(request, _("This invitation is not open any more."))
        return self._to_the_list()

    def _send_again(self, request: Any, invitation: Invitation) -> HttpResponse:
        return self.hand_over(request, invitation, send_again(invitation))

    def _withdraw(self, request: Any, invitation: Invitation) -> HttpResponse:
        person = str(invitation)
        withdraw(invitation)
        messages.success(request, _("The invitation of %s is withdrawn.") % person)
        return self._to_the_list()

    def hand_over(self, request: Any, invitation: Invitation, secret: str) -> HttpResponse:
        """Mail the link to the person alone; show it, this once, only where no mail goes out."""
        address = request.build_absolute_uri(reverse("invitation", args=[secret]))
        mail_invitation(invitation, address, secret, request.studio)
        if settings.MAIL_GOES_OUT:
            sentence = _("The invitation of %(person)s is mailed to %(email)s. If it does not arrive, send it again.")
            messages.success(request, sentence % {"person": invitation, "email": invitation.email})
            return self._to_the_list()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Invitation of %s") % invitation,
            "lead": _(
                "No mail is sent here: hand this link to %(person)s (%(email)s) alone, for whoever opens it makes the"
                " account of that address. It works once, for seven days, and is not shown again."
            )
            % {"person": invitation, "email": invitation.email},
            "secret": address,
            "back": reverse("admin:studios_membership_changelist"),
        }
        return TemplateResponse(request, "desk/shown_once.html", context)

    def _to_the_list(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:studios_membership_changelist"))


def _open_ones(request: Any) -> list[dict[str, Any]]:
    """The lines about people who are awaited; for owners alone."""
    if not may(request, Action.MANAGE_MEMBERS):
        return []
    awaited = Invitation.objects.open().select_related("invited_by").order_by("made_at", "id")
    return [{"invitation": each, "roles": ", ".join(str(Role(role).label) for role in each.roles)} for each in awaited]


def mail_invitation(invitation: Invitation, address: str, secret: str, studio: Any) -> None:
    """The mark of the letter proves the mailbox of whoever comes with it. No server is waited for inside the scope."""
    marked = f"{address}?{urlencode({MAILED: mark_of(secret)})}" if settings.MAIL_GOES_OUT else address
    transaction.on_commit(_letter(invitation, marked, studio).send, robust=True)


def _letter(invitation: Invitation, address: str, studio: Any) -> EmailMessage:
    """In the language of whoever gets it; of whoever invites, where that is not known."""
    reader = User.objects.filter(email=invitation.email).first() or invitation.invited_by
    with translation.override(reader.language if reader else translation.get_language()):
        subject = one_line(_("Join %s") % studio)
        context = {"invitation": invitation, "address": address, "studio": studio}
        text = render_to_string("mail/invitation.txt", context)
    return EmailMessage(subject, text, to=[invitation.email])
