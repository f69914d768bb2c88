"""How far episodes have come, from nothing to a partner: one answer for a page, a whole series, or a list."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Model

from localization.models import Track, Version
from titles.catalog.languages import METADATA_LANGUAGES, bcp47
from titles.catalog.models import Cut, Episode
from titles.distribution.models import Release
from titles.jobs.models import Job
from titles.media.models import Edition, Master, Upload

#: The languages that an episode is told in: a missing one is shown as missing.
EXPECTED_LANGUAGES = tuple(bcp47(code) for code, _name in METADATA_LANGUAGES)


class Next(enum.StrEnum):
    """What has to happen next with an episode; who does it is said by the roles."""

    UPLOAD = "upload"
    WAIT = "wait"
    LOOK_AT_FAILURE = "look at failure"
    WAIVE = "waive"
    REPLACE = "replace"
    LOCALIZE = "localize"
    CONFORM = "conform"
    REVIEW_SUBTITLES = "review subtitles"
    SUBMIT = "submit"
    REVIEW_RELEASE = "review release"
    ANSWER_REVIEW = "answer review"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Standing:
    """The newest of everything that an episode has. Of subtitles the newest version per track, full ones first."""

    episode: Episode
    cut: Cut | None = None
    master: Master | None = None
    edition: Edition | None = None
    versions: Sequence[Version] = field(default_factory=tuple)
    release: Release | None = None
    jobs: Sequence[Job] = field(default_factory=tuple)

    @property
    def is_working(self) -> bool:
        return any(job.state in (Job.State.WAITING, Job.State.RUNNING) for job in self.jobs)

    @property
    def has_failed(self) -> bool:
        return any(job.state == Job.State.FAILED for job in self.jobs)

    def languages(self, state: str) -> list[str]:
        """The languages whose full subtitles stand at ``state``."""
        full = [version for version in self.versions if version.track.kind == Track.Kind.FULL]
        return [version.track.language for version in full if version.state == state]

    @property
    def approved_languages(self) -> list[str]:
        return self.languages(Version.State.APPROVED)

    @property
    def timing_unconfirmed(self) -> list[Version]:
        """Those that were timed to another master than the newest accepted one."""
        return [version for version in self.versions if getattr(version, "is_timing_unconfirmed", False)]

    def next(self) -> Next:
        return self._next_for_picture() or self._next_for_words() or self._next_for_release()

    def _next_for_picture(self) -> Next | None:
        if self.edition is not None and (self.master is None or self.master.state == Master.State.ACCEPTED):
            return None
        if self.master is None:
            return Next.UPLOAD
        if self.master.state == Master.State.REJECTED:
            return Next.REPLACE
        if self.master.state == Master.State.NEEDS_WAIVER:
            return Next.WAIVE
        return Next.LOOK_AT_FAILURE if self.has_failed and not self.is_working else Next.WAIT

    def _next_for_words(self) -> Next | None:
        if self.timing_unconfirmed:
            return Next.CONFORM
        if self.languages(Version.State.IN_REVIEW):
            return Next.REVIEW_SUBTITLES
        return None if self.approved_languages else Next.LOCALIZE

    def _next_for_release(self) -> Next:
        if self.release is None:
            return Next.SUBMIT
        return {
            Release.State.IN_REVIEW: Next.REVIEW_RELEASE,
            Release.State.CHANGES_REQUESTED: Next.ANSWER_REVIEW,
        }.get(Release.State(self.release.state), Next.NOTHING)

    def digest(self) -> str:
        """Changes whenever anything that the episode's page shows has moved, jobs' progress aside."""
        rows: list[Any] = [self.master, self.edition, self.release, *self.versions, *self.jobs]
        told = [
            (row.pk, getattr(row, "state", ""), getattr(row, "is_timing_unconfirmed", False))
            for row in rows
            if row is not None
        ]
        return sha256(repr(told).encode()).hexdigest()[:16]


def standing_of(episode: Episode) -> Standing:
    return standings([episode])[0]


def standings(episodes: Iterable[Episode]) -> list[Standing]:
    """How far each of ``episodes`` is, in seven statements, however many they are."""
    episodes = list(episodes)
    cuts = {cut.episode_id: cut for cut in Cut.objects.filter(episode__in=episodes, is_default=True)}
    of_cut = {cut.pk: episode_id for episode_id, cut in cuts.items()}
    masters = {master.cut_id: master for master in _newest_masters(of_cut)}
    editions = {edition.package.cut_id: edition for edition in _newest_editions(of_cut)}
    versions = _by_cut(_newest_versions(of_cut))
    releases = {release.episode_id: release for release in _newest_releases(episodes)}
    arrived = _arrived(of_cut)
    told_of = [*chain.from_iterable(versions.values()), *chain.from_iterable(arrived.values())]
    jobs = _by_subject(_jobs_of(of_cut, masters.values(), told_of))
    found = []
    for episode in episodes:
        cut = cuts.get(episode.pk)
        key = cut.pk if cut else None
        master = masters.get(key) if key else None
        told = versions.get(key, []) if key else []
        waiting = arrived.get(key, []) if key else []
        subjects = [subject.pk for subject in (cut, master, *told, *waiting) if subject is not None]
        found.append(
            Standing(
                episode=episode,
                cut=cut,
                master=master,
                edition=editions.get(key) if key else None,
                versions=tuple(told),
                release=releases.get(episode.pk),
                jobs=tuple(job for pk in subjects for job in jobs.get(pk, [])),
            )
        )
    return found


def _newest_masters(cuts: Iterable[UUID]) -> Any:
    newest = Master.objects.filter(cut__in=cuts).order_by("cut", "-number").distinct("cut")
    return newest.defer("inspection").select_related("uploaded_by")


def _newest_editions(cuts: Iterable[UUID]) -> Any:
    newest = Edition.objects.filter(package__cut__in=cuts).order_by(
        "package__cut", "-package__number", "-composed_at", "-id"
    )
    found = newest.distinct("package__cut").select_related("package__master")
    return found.defer("package__master__inspection", "package__master__marks")


def _newest_versions(cuts: Iterable[UUID]) -> list[Version]:
    newest = Version.objects.filter(track__cut__in=cuts).newest_of_tracks().with_timing()
    found = newest.defer("document").select_related("track__cut__episode__series", "author")
    return sorted(found, key=lambda version: (version.track.kind != Track.Kind.FULL, version.track.language))


def _newest_releases(episodes: Iterable[Episode]) -> Any:
    newest = Release.objects.filter(episode__in=episodes).order_by("episode", "-number").distinct("episode")
    return newest.defer("document").select_related("series", "episode", "author")


def _arrived(cuts: Iterable[UUID]) -> dict[UUID, list[Upload]]:
    """Files that have arrived whole and are no masters yet."""
    grouped: dict[Any, list[Upload]] = defaultdict(list)
    for upload in Upload.objects.filter(cut__in=cuts, state=Upload.State.COMPLETE).order_by("id"):
        grouped[upload.cut_id].append(upload)
    return grouped


def _jobs_of(cuts: Iterable[UUID], masters: Iterable[Master], others: Iterable[Model]) -> Any:
    """Work on the newest of everything: what is unfinished, and what failed for good."""
    subjects = [*cuts, *(master.pk for master in masters), *(other.pk for other in others)]
    jobs = Job.objects.filter(subject_id__in=subjects)
    return (jobs.unfinished() | jobs.failed_for_good()).newest_first()


def _by_cut(versions: Iterable[Version]) -> dict[UUID, list[Version]]:
    grouped = defaultdict(list)
    for version in versions:
        grouped[version.track.cut_id].append(version)
    return grouped


def _by_subject(jobs: Iterable[Job]) -> dict[UUID, list[Job]]:
    grouped = defaultdict(list)
    for job in jobs:
        grouped[job.subject_id].append(job)
    return grouped
