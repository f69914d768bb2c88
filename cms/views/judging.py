"""Judging masters again by the limits of today: first what would change, then the change. No file is opened."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studios.admin import may
from studios.roles import Action
from studios.showing import badge
from titles.catalog.models import Series
from titles.media.inspecting import limits_of_studio
from titles.media.limits import BadLimits
from titles.media.models import Master
from titles.media.rejudging import Ruling, judge_again, rulings
from titles.media.wording import in_words, told

#: A season twice over; more are judged series by series.
MOST = 200


def judging_page(desk: Any, request: Any) -> HttpResponse:
    """Preview on GET, change on POST: of the masters named by ``ids``, of a ``series``, or of the newest."""
    if not may(request, Action.UPLOAD_MEDIA):
        raise PermissionDenied
    series = _series(request)
    masters = _chosen(request, series)
    back = _back(series)
    try:
        limits = limits_of_studio()
    except BadLimits as reason:
        messages.error(request, str(reason))
        return HttpResponseRedirect(reverse("admin:media_master_limits"))
    if request.method == "POST":
        changed = judge_again(masters, limits)
        sentence = ngettext("One master was judged anew.", "%(count)d masters were judged anew.", changed)
        messages.success(request, sentence % {"count": changed})
        return HttpResponseRedirect(back)
    looked_at = list(rulings(masters, limits))
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Judge again"),
        "series": series,
        "looked_at": len(looked_at),
        "is_cut_short": len(looked_at) == MOST,
        "lines": [_line(ruling) for ruling in looked_at if ruling.changes_anything],
        "ids": request.GET.get("ids", ""),
        "back": back,
    }
    return TemplateResponse(request, "desk/judging.html", context)


def _chosen(request: Any, series: Series | None) -> Any:
    masters = Master.objects.exclude(inspection=None).select_related("cut__episode__series", "uploaded_by")
    masters = masters.prefetch_related("findings", "waivers").order_by("-uploaded_at", "-id")
    ids = request.POST.get("ids") or request.GET.get("ids")
    if ids:
        masters = masters.filter(pk__in=[_uuid(each) for each in ids.split(",")[:MOST]])
    elif series is not None:
        masters = masters.filter(cut__episode__series=series)
    return masters[:MOST]


def _series(request: Any) -> Series | None:
    named = request.POST.get("series") or request.GET.get("series")
    if not named:
        return None
    series = Series.objects.filter(pk=_uuid(named)).first()
    if series is None:
        raise Http404
    return series


def _uuid(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise Http404 from None


def _back(series: Series | None) -> str:
    if series is not None:
        return reverse("admin:catalog_series_change", args=[series.pk])
    return reverse("admin:media_master_changelist")


def _line(ruling: Ruling) -> dict[str, Any]:
    master = ruling.master
    return {
        "master": master,
        "after": badge(ruling.state, Master.State(ruling.state).label),
        "moves": ruling.state != master.state,
        "new": [told(finding) for finding in ruling.new],
        "gone": in_words(ruling.gone),
    }
