"""Setting subtitles to the times of a new master: looked at first, then done in all languages by one confirmation.

The sounds of the old and the new master say by how much which cue moves (titles.media.aligning). What a cue says is
never changed. The versions before stay, so that the whole of it can be taken back.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from localization.handing_down import take_back as leave_out
from localization.models import Conforming, TimingConfirmation, Track, Version
from localization.retiming import Outcome, Retimed, retimed
from studios.models import Membership, Move, MovedOn
from studios.roles import Action
from titles.catalog.models import Cut
from titles.jobs.leasing import Lease
from titles.jobs.models import Job
from titles.media.models import Alignment, Master
from titles.media.replacing import align_masters

State = Version.State

#: Where the text stands is where it stands at its new times; what was approved is a question of its own.
_STANDS_AT = {
    State.DRAFT: State.DRAFT,
    State.IN_REVIEW: State.IN_REVIEW,
    State.CHANGES_REQUESTED: State.DRAFT,
    State.APPROVED: State.IN_REVIEW,
}


@dataclass(frozen=True)
class Proposal:
    """What would become of one version; without an alignment its sound has not been compared."""

    version: Version
    alignment: Alignment | None
    retimed: Retimed | None

    @property
    def language(self) -> str:
        return str(self.version.track.language)


@dataclass(frozen=True)
class Plan:
    """What would become of the subtitles of a cut that are timed to another master than ``master``."""

    cut: Cut
    master: Master | None
    proposals: tuple[Proposal, ...] = ()

    @property
    def ready(self) -> list[Proposal]:
        return [proposal for proposal in self.proposals if proposal.retimed is not None]

    @property
    def alignments(self) -> list[Alignment]:
        """Those that the proposals stand on, each once."""
        return list({each.alignment.pk: each.alignment for each in self.proposals if each.alignment}.values())

    def digest(self) -> str:
        """Changes whenever something else is proposed."""
        told = [(each.version.pk, each.alignment and each.alignment.pk) for each in self.proposals]
        return hashlib.sha256(repr((self.master and self.master.pk, told)).encode()).hexdigest()[:32]


def align(job: Job, lease: Lease) -> None:
    """Compare the new master that ``job`` is about with those that subtitles of its cut are timed to."""
    master = job.subject(Master)
    with job.scope():
        timed = {version.timed_master_id for version in _waiting(master.cut_id)}
        others = list(Master.objects.filter(pk__in=timed).exclude(pk=master.pk).order_by("number"))
    align_masters(job, lease, older=others, newer=master)


def plan(cut: Cut) -> Plan:
    """What is proposed for ``cut`` now. In every track that is the newest version, and the approved one if older."""
    master = Master.objects.filter(cut=cut).accepted().newest_first().first()
    if master is None:
        return Plan(cut, None)
    waiting = _waiting(cut.pk)
    timed = {version.timed_master_id for version in waiting}
    known = Alignment.objects.filter(new_master=master, old_master__in=timed).select_related("old_master", "new_master")
    alignments = {alignment.old_master_id: alignment for alignment in known}
    proposals = (_proposal(version, alignments.get(version.timed_master_id), master) for version in waiting)
    return Plan(cut, master, tuple(proposals))


def _waiting(cut_id: UUID) -> list[Any]:
    """The versions whose timing is unconfirmed and which count: the newest of each track, and its newest approved."""
    versions = Version.objects.filter(track__cut=cut_id)
    newest = versions.newest_of_tracks().values("pk")
    approved = versions.approved().newest_of_tracks().values("pk")
    chosen = versions.filter(pk__in=newest) | versions.filter(pk__in=approved)
    found = chosen.timing_unconfirmed().select_related("track__cut__episode__series", "author", "master")
    return sorted(found, key=lambda each: (each.track.kind != Track.Kind.FULL, each.track.language, each.number))


def _proposal(version: Version, alignment: Alignment | None, master: Master) -> Proposal:
    if alignment is None:
        return Proposal(version, None, None)
    return Proposal(version, alignment, retimed(version.read(), alignment.read(), duration_ms=master.duration_ms()))


def state_after(proposal: Proposal, member: Membership) -> str:
    """Where the version stands when ``member`` confirms.

    What was approved stays approved where cues are only moved and whoever confirms may approve that language and did
    not write the text; otherwise somebody else looks at it.
    """
    version, moved = proposal.version, proposal.retimed
    if version.state == State.APPROVED and moved is not None and not moved.touched and may_approve(version, member):
        return State.APPROVED
    return _STANDS_AT[State(version.state)]


def may_approve(version: Version, member: Membership) -> bool:
    """Whether ``member`` may say that an approved version is right at other times."""
    if version.author_id == member.user_id:
        return False
    return member.may(Action.REVIEW_TRACKS, language=version.track.language, work_of=version.author_id)


def may_conform(version: Version, member: Membership) -> bool:
    return member.may(Action.CONFORM_TRACKS, language=version.track.language)


def conform(cut: Cut, *, seen: str, member: Membership) -> Conforming:
    """Do what ``plan`` proposes, in every language that ``member`` may conform, as one Conforming.

    ``seen`` is the digest of the plan that the person has looked at. Raises MovedOn when there is another one now.
    """
    with transaction.atomic():
        _lock(cut)
        proposed = plan(cut)
        mine = [each for each in proposed.ready if may_conform(each.version, member)]
        if proposed.digest() != seen or proposed.master is None or not mine:
            raise MovedOn(_("Something has changed since you looked. Look at it once more, and confirm then."))
        conforming = Conforming.objects.create(cut=cut, master=proposed.master, author=member.user)
        Move.record(conforming, "", Conforming.State.APPLIED, by=member.user)
        made: dict[UUID | None, Version] = {}
        for proposal in sorted(mine, key=lambda each: each.version.pk):  # a translation is younger than its source
            if proposal.retimed is not None:
                _apply(proposal, proposal.retimed, conforming, made, member)
    return conforming


def _lock(cut: Cut) -> None:
    """Let nobody hand down or number a version of ``cut`` meanwhile: tracks first, as whoever hands down does."""
    list(Track.objects.filter(cut=cut).order_by("pk").select_for_update(no_key=True))
    Cut.objects.select_for_update(no_key=True).get(pk=cut.pk)


def _apply(
    proposal: Proposal, moved: Retimed, conforming: Conforming, made: dict[UUID | None, Version], member: Membership
) -> None:
    """Make the version, or confirm the one that there is where nothing in it moves."""
    old, state = proposal.version, state_after(proposal, member)
    if moved.is_unchanged and state == old.state:
        TimingConfirmation.confirm(old, conforming.master, by=member.user, conforming=conforming)
        return
    new = Version.objects.create(
        track=old.track,
        number=1 + old.track.versions.aggregate(last=Max("number"))["last"],
        state=state,
        document=moved.document.canonical(),
        digest=moved.document.digest(),
        cue_count=len(moved.document.cues),
        master=conforming.master,
        translated_from=made.get(old.translated_from_id) or old.translated_from,
        retimed_from=old,
        conforming=conforming,
        author=member.user,
        original_name=old.original_name,
        encoding=old.encoding,
        repairs=_remarks(moved),
    )
    made[old.pk] = new
    why = _("Version %(number)s at the times of master %(master)s.") % {
        "number": old.number,
        "master": conforming.master.number,
    }
    Move.record(new, "", state, by=member.user, why=why)
    new.hand_down(by=member.user)


def _remarks(moved: Retimed) -> list[str]:
    """What a reader of the new version should look at."""
    sentences = {
        Outcome.DROPPED: _("Cue %(number)s was dropped: nothing of it is left in the new picture."),
        Outcome.CLIPPED: _("Cue %(number)s was shortened: the new picture is cut in the middle of it."),
        Outcome.UNSURE: _("Cue %(number)s: another sound is heard there now. Check its time."),
    }
    return [sentences[each.outcome] % {"number": each.number} for each in moved.touched]


def take_back(conforming: Conforming, *, by: Any) -> Conforming:
    """Undo a confirmation: its versions count no longer, and those before do again. Raises MovedOn."""
    with transaction.atomic():
        _lock(conforming.cut)
        conforming.move(Conforming.State.APPLIED, Conforming.State.TAKEN_BACK, by=by)
        why = _("The conforming to master %(number)s was taken back.") % {"number": conforming.master.number}
        tracks: dict[UUID, Track] = {}
        for version in conforming.versions.kept().select_related("track__cut"):
            version.move(version.state, State.TAKEN_BACK, by=by, why=why)
            tracks[version.track_id] = version.track
        for confirmation in conforming.confirmations.select_related("version__track__cut", "master"):
            confirmation.take_back(by=by)
            tracks[confirmation.version.track_id] = confirmation.version.track
        for track in tracks.values():
            leave_out(track, conforming.master, by=by)
    return conforming


def untimed(cut: Cut, master: Master) -> list[Track]:
    """The tracks of ``cut`` that have approved subtitles, but none that are timed to ``master``."""
    approved = Version.objects.approved().filter(track__cut=cut)
    fitting = approved.timed_to(master).values("track")
    found = Track.objects.filter(pk__in=approved.values("track")).exclude(pk__in=fitting)
    return sorted(found, key=lambda track: (track.kind != Track.Kind.FULL, track.language))
