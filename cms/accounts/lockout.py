"""The page for whoever has guessed too often: when to try again, and what else to do."""

import math
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.models import AccessAttempt
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cms.views.front import front_page


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
