"""What is held about a person, for that person: to look at, to take along, and to have erased."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms.accounts import second_factor
from cms.views.forms import text
from cms.views.front import front_page
from cms.views.held import as_file
from studios.access import MOST_LISTED, held_about
from studios.erasing import SoleOwner, erase_account


class Erasure(forms.Form):
    """The address is typed once more: nobody erases an account by a slip."""

    email = text(_("Your e-mail address, to make sure"), most=254, attrs={"autocomplete": "off", "dir": "ltr"})

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        if self.cleaned_data["email"].lower() != self.person.email:
            raise ValidationError(_now("This is not the address of your account."))
        return self.person.email


@login_required
@never_cache
@require_safe
def own_data(request: Any) -> HttpResponse:
    held = _held(request)
    context = {"title": _("What is held about you"), "most_listed": MOST_LISTED, "not_shown": held["not shown"], **held}
    return front_page(request, "desk/own_data.html", context)


@login_required
@never_cache
@require_safe
def everything(request: Any) -> HttpResponse:
    return as_file(_held(request), "octavo-account.json")


def _held(request: Any) -> dict[str, Any]:
    """Without the studios that this session could not enter: through here it would look into them all the same."""
    return held_about(request.user, may_enter=lambda studio: not second_factor.is_owed(request, studio))


@login_required
@reauthentication_required
@never_cache
def erase(request: Any) -> HttpResponse:
    """Erase the account for good; the person is signed out with that."""
    form = Erasure(request.POST or None, person=request.user)
    if form.is_valid():
        try:
            erase_account(request.user, by=request.user)
        except SoleOwner as reason:
            form.add_error(None, str(reason))
        else:
            logout(request)
            notice = _("Your name and your address are erased. What you did is kept under a pseudonym.")
            return front_page(request, "desk/notice.html", {"title": _("Your account is erased"), "notice": notice})
    context = {
        "title": _("Erase your account"),
        "lead": _(
            "Your name, your address and everything you sign in with are erased for good, and you leave all studios. "
            "What you did stays in their history under a pseudonym."
        ),
        "form": form,
        "submit": _("Erase my account for good"),
    }
    return front_page(request, "desk/front_form.html", context)
