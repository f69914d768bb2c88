"""Conforming subtitles to a new master: what would happen to every cue is shown first, one confirmation does it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cms.views.timelines import Timeline, timeline
from localization import conforming
from localization.conforming import Plan, Proposal
from localization.formats.cue_text import plain
from localization.models import Conforming, Track
from localization.retiming import Moved, Outcome, Retimed
from studios.admin import may
from studios.models import MovedOn
from studios.roles import Action
from studios.showing import badge
from titles.catalog.languages import language_name
from titles.catalog.models import Episode
from titles.distribution.models import Release
from titles.distribution.unconforming import Pinned, pinned_by, take_back_unless_pinned
from titles.jobs.models import UNFINISHED, Job
from titles.media.aligning import Fate, Passage
from titles.media.models import Alignment

_MOST_SHOWN = 6
#: Below this the sounds have so little in common that a person should not trust what is proposed.
_HARDLY_ALIKE = 0.35

OUTCOMES = {
    Outcome.SAME: _("unchanged"),
    Outcome.SHIFTED: _("shifted"),
    Outcome.CLIPPED: _("shortened"),
    Outcome.DROPPED: _("dropped"),
    Outcome.UNSURE: _("to check"),
}
_LOOKS = {Outcome.CLIPPED: "needs waiver", Outcome.DROPPED: "rejected", Outcome.UNSURE: "needs waiver"}


@dataclass(frozen=True)
class CueChange:
    """A cue before and after, as the page shows it."""

    moved: Moved
    text: str

    @property
    def look(self) -> str:
        return badge(_LOOKS.get(self.moved.outcome, "none"), OUTCOMES[self.moved.outcome])


@dataclass(frozen=True)
class Line:
    """What would become of one version."""

    proposal: Proposal
    is_mine: bool
    stands_at: Any

    @property
    def name(self) -> str:
        return language_name(self.proposal.language)

    @property
    def kind(self) -> str:
        track = self.proposal.version.track
        return "" if track.kind == Track.Kind.FULL else str(track.get_kind_display())

    @property
    def counts(self) -> list[int]:
        """How many cues come to each outcome, in the order of OUTCOMES."""
        found = self._retimed
        return [found.count(outcome) for outcome in OUTCOMES] if found else []

    @property
    def shown(self) -> list[CueChange]:
        """The first cue that only moves, and those that a person should look at."""
        found = self._retimed
        if found is None:
            return []
        first = [found.first_shifted] if found.first_shifted else []
        chosen = sorted([*found.touched[:_MOST_SHOWN], *first], key=lambda moved: moved.number)
        return [CueChange(moved, plain(moved.before.text)) for moved in chosen]

    @property
    def more(self) -> int:
        """How many touched cues are not shown."""
        return max(0, len(self._retimed.touched) - _MOST_SHOWN) if self._retimed else 0

    @property
    def _retimed(self) -> Retimed | None:
        return self.proposal.retimed


@dataclass(frozen=True)
class Span:
    """A line of the table of passages."""

    passage: Passage
    cues: int

    @property
    def what(self) -> str:
        if self.passage.fate == Fate.REMOVED:
            return badge("rejected", _now("removed"))
        if self.passage.fate == Fate.NOT_FOUND:
            return badge("needs waiver", _now("not found in the new sound"))
        return badge("done", _now("stays")) if not self.passage.shift_ms else badge("running", _now("shifted"))

    @property
    def shift(self) -> str:
        """By how many seconds, with a sign."""
        return "" if self.passage.shift_ms is None else f"{self.passage.shift_ms / 1000:+.3f} s"


@dataclass(frozen=True)
class Comparison:
    """Two masters whose sounds were compared."""

    alignment: Alignment
    spans: list[Span]
    drawn: Timeline

    @property
    def percent(self) -> int:
        return round(100 * self.alignment.confidence)

    @property
    def is_doubtful(self) -> bool:
        return self.alignment.confidence < _HARDLY_ALIKE


def page(request: Any, object_id: UUID) -> HttpResponse:
    """Look at what is proposed, and confirm it."""
    episode = _episode(request, object_id)
    cut = episode.default_cut()
    if request.method == "POST":
        return _answer(request, episode)
    plan = conforming.plan(cut)
    done = Conforming.objects.filter(cut=cut).select_related("author", "master").order_by("-id").first()
    context = {
        **site.each_context(request),
        "title": _now("Conform subtitles"),
        "opts": Episode._meta,
        "original": episode,
        "plan": plan,
        "lines": _lines(request, plan),
        "outcomes": list(OUTCOMES.values()),
        "comparisons": [_comparison(alignment, plan) for alignment in plan.alignments],
        "job": _job(plan),
        "done": done,
        "pinned": _pinned(done),
    }
    context["mine"] = [line for line in context["lines"] if line.is_mine and line.proposal.retimed is not None]
    context["is_comparing"] = context["job"] is not None and context["job"].state in UNFINISHED
    context["may_compare"] = len(plan.ready) < len(plan.proposals) and not context["is_comparing"]
    return TemplateResponse(request, "desk/conform.html", context)


def take_back(request: Any, object_id: UUID, conforming_id: UUID) -> HttpResponse:
    """Undo a confirmation, as long as no release has it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    episode = _episode(request, object_id)
    done = Conforming.objects.filter(pk=conforming_id, cut__episode=episode).select_related("master__cut").first()
    if done is None:
        raise Http404
    if not _may_take_back(request, done):
        raise PermissionDenied
    try:
        take_back_unless_pinned(done, by=request.user)
    except (MovedOn, Pinned) as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _now("The subtitles are at their old times again."))
    return HttpResponseRedirect(_address(episode))


def _episode(request: Any, object_id: UUID) -> Episode:
    episode: Episode | None = site.get_model_admin(Episode).get_object(request, str(object_id))
    if episode is None:
        raise Http404
    if not may(request, Action.CONFORM_TRACKS):
        raise PermissionDenied
    return episode


def _address(episode: Episode) -> str:
    return reverse("admin:catalog_episode_conform", args=[episode.pk])


def _answer(request: Any, episode: Episode) -> HttpResponse:
    cut = episode.default_cut()
    if "compare" in request.POST:
        master = conforming.plan(cut).master
        if master is not None:
            Job.enqueue("align", master, by=request.user)
        return HttpResponseRedirect(_address(episode))
    try:
        done = conforming.conform(cut, seen=request.POST.get("seen", ""), member=request.membership)
    except MovedOn as reason:
        messages.warning(request, str(reason))
        return HttpResponseRedirect(_address(episode))
    messages.success(request, _now("%s. It can be taken back until a release has it.") % done)
    return HttpResponseRedirect(reverse("admin:catalog_episode_change", args=[episode.pk]) + "?tab=subtitles")


def _may_take_back(request: Any, done: Conforming) -> bool:
    """Whoever did it, or whoever may conform every language that it touched."""
    if done.author == request.user:
        return True
    versions = [*done.versions.select_related("track")]
    versions += [each.version for each in done.confirmations.select_related("version__track")]
    return all(conforming.may_conform(version, request.membership) for version in versions)


def _lines(request: Any, plan: Plan) -> list[Line]:
    member = request.membership
    return [
        Line(
            proposal,
            conforming.may_conform(proposal.version, member),
            _state_shown(conforming.state_after(proposal, member)),
        )
        for proposal in plan.proposals
    ]


def _state_shown(state: str) -> str:
    return badge(state, conforming.State(state).label)


def _comparison(alignment: Alignment, plan: Plan) -> Comparison:
    """The passages, each with how many cues of all languages begin in it."""
    proposals = [each for each in plan.ready if each.alignment == alignment]
    starts_ms = [cue.before.start_ms for each in proposals if each.retimed for cue in each.retimed.cues]
    spans = [
        Span(passage, sum(passage.start_ms <= start_ms < passage.end_ms for start_ms in starts_ms))
        for passage in alignment.read()
    ]
    return Comparison(alignment, spans, timeline(alignment))


def _job(plan: Plan) -> Job | None:
    """The comparison that is going on, or that failed."""
    if plan.master is None:
        return None
    jobs = Job.objects.filter(subject_id=plan.master.pk, kind="align")
    return (jobs.unfinished() | jobs.failed_for_good()).newest_first().first()


def _pinned(done: Conforming | None) -> Release | None:
    return pinned_by(done) if done and done.state == Conforming.State.APPLIED else None
