"""The live board of a studio's work: how far everything is, what failed, and the button that mends it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from studios.admin import may
from studios.models import MovedOn
from studios.roles import Action
from titles.catalog.models import Series
from titles.jobs.admin import BUTTONS, PRESSED_ON, WORK
from titles.jobs.models import Job
from titles.media.judging import Severity
from titles.media.models import Master, Upload
from titles.media.wording import told
from titles.seasons import board as seasons
from titles.seasons.board import Group, Line, Work, jobs_of, roughly_minutes, time_left_s, work

#: What the steps of jobs are called; one that is not known here is shown as the worker names it.
STEPS = {
    "check": _("checks"),
    "chunk": _("encodes"),
    "encode": _("encodes"),
    "join": _("joins the pieces"),
    "keep": _("stores"),
    "mezzanine": _("makes the mezzanine"),
    "mix": _("mixes"),
    "package": _("packages"),
    "peaks": _("draws the waveform"),
    "poster": _("chooses posters"),
    "posters": _("chooses posters"),
    "sound": _("encodes the sound"),
    "storyboard": _("makes the storyboard"),
}
SHOWN = {"": _("everything"), "trouble": _("what failed"), "moving": _("what goes on or waits")}
_VERBS = {"retry", "cancel"}
_SUGGESTED = 5


@dataclass(frozen=True)
class Filter:
    """What a person wants to see of the board."""

    series_id: UUID | None = None
    show: str = ""

    @classmethod
    def of(cls, request: Any) -> "Filter":
        show = request.GET.get("show", "")
        try:
            series_id = UUID(request.GET.get("series", ""))
        except ValueError:
            series_id = None
        return cls(series_id, show if show in SHOWN else "")

    def keeps(self, line: Line) -> bool:
        return {"trouble": line.is_trouble, "moving": line.is_moving}.get(self.show, True)

    def query(self, **more: str) -> str:
        asked = {"series": str(self.series_id or ""), "show": self.show, **more}
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True)
class Row:
    """A line of the board in words, with what this person may do about it."""

    line: Line
    work: Any
    sentence: str = ""
    step: Any = ""
    left: str = ""
    waits: str = ""
    permille: int | None = None
    buttons: Any = ()
    replace_at: str = ""


@dataclass(frozen=True)
class Card:
    """A series with its rows, and how many of its jobs this person may retry or cancel at once."""

    series: Series | None
    rows: list[Row]
    group: Group
    retriable: int
    cancellable: int


def board(request: Any) -> HttpResponse:
    """The whole page, or the part of it that moves; to a page that has seen it all already, nothing."""
    if not may(request, Action.READ):
        raise Http404
    found, wanted = work(), Filter.of(request)
    if request.GET.get("seen") == found.digest():
        return HttpResponse(status=204)
    context = _context(request, found, wanted)
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "desk/board/work.html", context)
    context |= {**site.each_context(request), "title": _now("Board"), "choices": SHOWN.items()}
    return TemplateResponse(request, "desk/board.html", context)


def press(request: Any, series_id: UUID, board_verb: str) -> HttpResponse:
    """Retry or cancel everything of a series that can be."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not may(request, Action.UPLOAD_MEDIA):
        raise PermissionDenied
    series = Series.objects.filter(pk=series_id).first()
    if series is None or board_verb not in _VERBS:
        raise Http404
    done = sum(_pressed(job, board_verb, by=request.user) for job in _pressable(jobs_of(series), board_verb))
    messages.success(request, _told(board_verb, done))
    return HttpResponseRedirect(f"{reverse('admin:board')}?series={series_id}")


def _told(verb: str, done: int) -> str:
    if verb == "retry":
        return ngettext("%d job is asked for again.", "%d jobs are asked for again.", done) % done
    return ngettext("%d job is cancelled.", "%d jobs are cancelled.", done) % done


def _pressed(job: Job, verb: str, *, by: Any) -> bool:
    """Whether it was done; a job that has moved on meanwhile needs nothing."""
    try:
        getattr(job, verb)(by=by)
    except MovedOn:
        return False
    return True


def _pressable(jobs: list[Job], verb: str) -> list[Job]:
    button = next(each for each in BUTTONS if each.verb == verb)
    return [job for job in jobs if job.kind in PRESSED_ON[verb] and job.state in button.states]


def _context(request: Any, found: Work, wanted: Filter) -> dict[str, Any]:
    laid_out = seasons.board(found)
    groups = laid_out.groups
    shown = [group for group in groups if wanted.series_id is None or _is(group, wanted.series_id)]
    cards = [card for group in shown if (card := _card(request, group, wanted)).rows]
    return {
        "cards": cards,
        "all_series": [group.series for group in groups if group.series],
        "wanted": wanted,
        "digest": found.digest(),
        "is_moving": found.is_moving,
        "is_cut_short": found.is_cut_short,
        "finished": [_row(request, line) for line in laid_out.finished],
        "told": _news(found),
        "may_upload": may(request, Action.UPLOAD_MEDIA),
        "suggested": [] if cards else list(Series.objects.order_by("-id")[:_SUGGESTED]),
        "here": f"{reverse('admin:board')}?{wanted.query()}",
        "poll": f"{reverse('admin:board')}?{wanted.query(seen=found.digest())}",
    }


def _is(group: Group, series_id: UUID) -> bool:
    return group.series is not None and group.series.pk == series_id


def _news(found: Work) -> str:
    """What is worth interrupting a person who listens: that something failed, and that all is done."""
    if found.troubles:
        sentence = ngettext("%d thing needs you.", "%d things need you.", found.troubles) % found.troubles
        return sentence if found.is_moving else f"{sentence} {_now('Nothing is running.')}"
    return "" if found.is_moving else _now("Everything is done.")


def _card(request: Any, group: Group, wanted: Filter) -> Card:
    allowed = may(request, Action.UPLOAD_MEDIA)
    return Card(
        series=group.series,
        rows=[_row(request, line) for line in group.lines if wanted.keeps(line)],
        group=group,
        retriable=len(_pressable(group.jobs, "retry")) if allowed else 0,
        cancellable=len(_pressable(group.jobs, "cancel")) if allowed else 0,
    )


def _row(request: Any, line: Line) -> Row:
    if isinstance(line.row, Master):
        return _row_of_master(request, line)
    return _row_of_upload(line) if isinstance(line.row, Upload) else _row_of_job(request, line)


def _row_of_job(request: Any, line: Line) -> Row:
    job, now = line.row, timezone.now()
    is_running = job.state == Job.State.RUNNING
    worked_s = (now - job.started_at).total_seconds() if is_running and job.started_at else 0
    left_s = time_left_s(permille=job.progress_permille, worked_s=worked_s)
    return Row(
        line,
        WORK.get(job.kind, job.kind),
        sentence=job.error,
        step=STEPS.get(job.step, job.step) if is_running else "",
        left="" if left_s is None else _about(left_s),
        waits=_waits(line, (job.due_at - now).total_seconds()) if job.state == Job.State.WAITING else "",
        permille=job.progress_permille if is_running else None,
        buttons=site.get_model_admin(Job).buttons_for(request, job),  # type: ignore[attr-defined]
    )


def _about(seconds: float) -> str:
    minutes = roughly_minutes(seconds)
    if minutes == 0:
        return _now("less than a minute")
    if minutes < 60:
        return _now("about %d min") % minutes
    return _now("about %d h") % round(minutes / 60)


def _waits(line: Line, due_in_s: float) -> str:
    if due_in_s > 1:
        return _now("tried again in %s") % (_now("%d s") % due_in_s if due_in_s < 60 else _about(due_in_s))
    return _now("number %d in line") % line.place


def _row_of_master(request: Any, line: Line) -> Row:
    """A master that somebody has to waive or to replace: its worst finding says why."""
    master = line.row
    is_rejected = master.state == Master.State.REJECTED
    severity = Severity.REJECT if is_rejected else Severity.WAIVER
    worst = [each for each in master.findings.all() if each.severity == severity] or list(master.findings.all())
    desk: Any = site.get_model_admin(Master)
    is_own = master.uploaded_by_id == request.user.pk
    return Row(
        line,
        _("Check of a master"),
        sentence=told(worst[0]) if worst else "",
        waits=_now("Somebody other than you can waive it.") if is_own and not is_rejected else "",
        buttons=[] if is_own else desk.buttons_for(request, master),
        replace_at=_upload_place(line) if may(request, Action.UPLOAD_MEDIA) else "",
    )


def _upload_place(line: Line) -> str:
    page = reverse("admin:catalog_episode_change", args=[line.episode.pk]) if line.episode else ""
    return f"{page}?tab=video#master-file" if page else ""


def _row_of_upload(line: Line) -> Row:
    upload = line.row
    permille = 1000 * upload.offset_bytes // upload.size_bytes if upload.size_bytes else 0
    return Row(line, _("Upload"), permille=permille)
