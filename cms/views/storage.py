"""What is stored, by series and kind; what could go; and masters that go to cold storage and come back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studios.admin import may
from studios.roles import Action
from titles.catalog.models import Series
from titles.jobs.models import Job
from titles.media import cold, collecting, storing
from titles.media.weighing import Kind, Load, Weight, loads, together

_SERIES_PER_PAGE = 50
_MOST_SHOWN = 200
#: Bars are drawn on a ruler of this many units.
_RULER = 1000


@dataclass(frozen=True)
class Part:
    """One color of a bar: a kind, from where, and how long."""

    kind: Kind
    weight: Weight
    start: int
    length: int


@dataclass(frozen=True)
class Shelf:
    """A series on the page: its parts side by side, as long as they weigh beside the heaviest."""

    series: Series
    load: Load
    parts: list[Part]


def _refuse(request: Any, action: Action) -> None:
    if not may(request, action):
        raise PermissionDenied


def _by_button(do: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """POST only, for those who run media jobs."""

    def pressed(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        _refuse(request, Action.UPLOAD_MEDIA)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return do(request, *args, **kwargs)

    return pressed


def storage(request: Any) -> HttpResponse:
    """Every series, the heaviest first."""
    _refuse(request, Action.READ)
    weighed = loads()
    sums = together(weighed)
    page = Paginator(weighed, _SERIES_PER_PAGE).get_page(request.GET.get("page"))
    heaviest = weighed[0].size_bytes if weighed else 0
    named = Series.objects.in_bulk([load.series_id for load in page.object_list])
    context = {
        "title": _("Storage"),
        "page": page,
        "shelves": [Shelf(named[load.series_id], load, _parts(load.by_kind, heaviest)) for load in page.object_list],
        "all": Load(request.studio.pk, sums),
        "kinds": [(kind, sums[kind]) for kind in Kind if kind in sums],
        "parts": _parts(sums, sum(weight.size_bytes for weight in sums.values())),
    }
    return _page(request, "desk/storage/studio.html", context)


def series(request: Any, series_id: UUID) -> HttpResponse:
    """One series, kind by kind."""
    _refuse(request, Action.READ)
    row = _series(series_id)
    load = next(iter(loads(row.pk)), Load(row.pk))
    heaviest = max((weight.size_bytes for weight in load.by_kind.values()), default=0)
    context = {
        "title": _("Storage of %(series)s") % {"series": row},
        "series": row,
        "load": load,
        "lines": [(part.kind, part.weight, [part]) for part in _each(load.by_kind, heaviest)],
        "is_there_cold": settings.HAS_COLD_STORAGE,
        "can_go": cold.idle_masters(row).count() if settings.HAS_COLD_STORAGE else 0,
        "can_come": load.of(Kind.COLD).count,
    }
    return _page(request, "desk/storage/series.html", context)


def preview(request: Any) -> HttpResponse:
    """What the collector would take away now. It looks at every episode, so nobody meets it by chance."""
    _refuse(request, Action.READ)
    found = collecting.candidates(collecting.cutoff())
    shown = list(islice(found, _MOST_SHOWN))
    rest = list(found)
    context = {
        "title": _("What could go"),
        "shown": shown,
        "more": len(rest),
        "count": len(shown) + len(rest),
        "size_bytes": sum(each.size_bytes for each in (*shown, *rest)),
        "days": settings.COLLECT_AFTER.days,
    }
    return _page(request, "desk/storage/preview.html", context)


@_by_button
def collect(request: Any) -> HttpResponse:
    """Have the collector take away what could go."""
    Job.enqueue(collecting.COLLECT, request.studio, by=request.user)
    messages.success(request, _("The collector is at work. The list of jobs shows how far it is."))
    return HttpResponseRedirect(reverse("admin:storage"))


@_by_button
def move(request: Any, series_id: UUID, where: str) -> HttpResponse:
    """Have all masters of a series that nothing needs moved to cold storage, or all that are there recalled."""
    if where not in ("cold", "back"):
        raise Http404
    row = _series(series_id)
    if where == "back":
        count = cold.recall_all(row, by=request.user)
        told = ngettext("%(count)s master is recalled.", "%(count)s masters are recalled.", count)
    elif settings.HAS_COLD_STORAGE:
        count = cold.move_all(row, by=request.user)
        told = ngettext(
            "%(count)s master is moved to cold storage.", "%(count)s masters are moved to cold storage.", count
        )
    else:
        raise Http404
    messages.success(request, told % {"count": count})
    return HttpResponseRedirect(reverse("admin:storage-series", args=[row.pk]))


def _series(series_id: UUID) -> Series:
    found = Series.objects.filter(pk=series_id).first()
    if found is None:
        raise Http404
    return found


def _page(request: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    common = {
        **site.each_context(request),
        "may_collect": may(request, Action.UPLOAD_MEDIA),
        "is_short_of_room": storing.is_short_of_room(),
    }
    return TemplateResponse(request, template, common | context)


def _parts(by_kind: dict[Kind, Weight], whole_bytes: int) -> list[Part]:
    """The parts of one bar, one after the other."""
    parts = _each(by_kind, whole_bytes)
    starts = accumulate((part.length for part in parts), initial=0)
    return [Part(part.kind, part.weight, start, part.length) for part, start in zip(parts, starts, strict=False)]


def _each(by_kind: dict[Kind, Weight], whole_bytes: int) -> list[Part]:
    """Each kind as a bar of its own; whatever there is can be seen."""
    shown: Iterable[Kind] = [kind for kind in Kind if kind in by_kind]
    return [
        Part(kind, by_kind[kind], 0, max(1, round(_RULER * by_kind[kind].size_bytes / max(whole_bytes, 1))))
        for kind in shown
    ]
