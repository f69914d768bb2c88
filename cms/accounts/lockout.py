"""Guessing too often: whose address it is counted for, and the page that says when to try again."""

import math
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import truncate_ip
from axes.attempts import get_cool_off_threshold
from axes.models import AccessAttempt
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cms.views.front import front_page


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from; of an IPv6 address the network, all of which one visitor has."""
    address = get_client_ip(request)
    return truncate_ip(address) if address else None


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """What axes answers instead of the sign-in page. Whether there is such an account, it does not say."""
    minutes = _minutes_left(request, (credentials or {}).get("email", ""))
    notice = ngettext(
        "There were too many wrong passwords. Try again in %d minute.",
        "There were too many wrong passwords. Try again in %d minutes.",
        minutes,
    )
    context = {"title": _("Too many tries"), "notice": notice % minutes, "offers_reset": True}
    return front_page(request, "desk/notice.html", context, status=429).render()


def _minutes_left(request: Any, email: str) -> int:
    tries = AccessAttempt.objects.filter(username=email, ip_address=request.axes_ip_address)
    last_at = tries.aggregate(last_at=Max("attempt_time"))["last_at"] or request.axes_attempt_time
    return max(1, math.ceil((last_at - get_cool_off_threshold(request)).total_seconds() / 60))
