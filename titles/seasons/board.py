"""The board: all work of a studio that goes on, waits or has failed, with how far it is, series by series."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, OuterRef
from django.utils import timezone

from titles.catalog.models import Episode, Series
from titles.jobs.models import Job
from titles.media.models import Master, Upload

MOST_JOBS = 1_000
MOST_OF_OTHERS = 200
_JUST_NOW = timedelta(minutes=15)
_MOST_FINISHED = 6
#: Nothing is foretold from less.
_LEAST_SEEN_S, _LEAST_PERMILLE = 3.0, 20

#: Where a subject's episode and series are found, by its noun.
_WAYS = {
    "catalog.cut": ("episode", "episode__series"),
    "distribution.delivery": ("release__episode", "release__series"),
    "localization.version": ("track__cut__episode", "track__cut__episode__series"),
    "media.audiotrack": ("cut__episode", "cut__episode__series"),
    "media.master": ("cut__episode", "cut__episode__series"),
    "media.mix": ("audio_track__cut__episode", "audio_track__cut__episode__series"),
    "media.package": ("cut__episode", "cut__episode__series"),
    "media.stream": ("renditions__package__cut__episode", "renditions__package__cut__episode__series"),
    "media.upload": ("cut__episode", "cut__episode__series"),
}
_MOVING_JOBS = (Job.State.WAITING, Job.State.RUNNING)
_IN_ORDER = {Job.State.FAILED: 0, Job.State.RUNNING: 1, Job.State.WAITING: 2}
_NEWEST_TROUBLE = (Master.State.NEEDS_WAIVER, Master.State.REJECTED)


@dataclass(frozen=True)
class Line:
    """One row of the board: a job, a master that a person has to see to, or a file on its way in."""

    row: Any
    place: int = 0
    """Of a waiting job: how many of its kind come before it in this studio, itself included."""
    episode: Episode | None = None

    @property
    def noun(self) -> str:
        return self.row._meta.model_name

    @property
    def is_trouble(self) -> bool:
        return isinstance(self.row, Master) or self.row.state == Job.State.FAILED

    @property
    def is_moving(self) -> bool:
        """Whether it changes without a person."""
        return self.row.state in (*_MOVING_JOBS, Upload.State.RECEIVING)


@dataclass
class Group:
    """The work on one series; ``series`` is None for what belongs to none."""

    series: Series | None
    lines: list[Line] = field(default_factory=list)

    def count(self, state: str) -> int:
        return sum(line.row.state == state for line in self.lines)

    @property
    def troubles(self) -> int:
        return sum(line.is_trouble for line in self.lines)

    @property
    def jobs(self) -> list[Job]:
        return [line.row for line in self.lines if isinstance(line.row, Job)]


@dataclass(frozen=True)
class Work:
    """What is on the board of the scope's studio, before anybody asked which episode and series it is about."""

    jobs: Sequence[Job]
    masters: Sequence[Master]
    uploads: Sequence[Upload]
    finished: Sequence[Job]

    @property
    def is_moving(self) -> bool:
        return bool(self.uploads) or any(job.state in _MOVING_JOBS for job in self.jobs)

    @property
    def troubles(self) -> int:
        return len(self.masters) + sum(job.state == Job.State.FAILED for job in self.jobs)

    @property
    def is_cut_short(self) -> bool:
        return len(self.jobs) >= MOST_JOBS

    def digest(self) -> str:
        """Changes whenever anything that the board shows has moved."""
        told: list[Any] = [
            (job.pk, job.state, job.progress_permille, job.step, job.tries, job.worker, job.priority, job.error)
            for job in (*self.jobs, *self.finished)
        ]
        told += [(master.pk, master.state) for master in self.masters]
        told += [(upload.pk, upload.offset_bytes) for upload in self.uploads]
        return sha256(repr(told).encode()).hexdigest()[:16]


def work() -> Work:
    """Four statements, and one for findings where masters wait for a person."""
    jobs = Job.objects.unfinished() | Job.objects.failed_for_good()
    newer = Master.objects.filter(cut=OuterRef("cut"), number__gt=OuterRef("number"))
    masters = Master.objects.filter(~Exists(newer), state__in=_NEWEST_TROUBLE).defer("inspection")
    since = timezone.now() - _JUST_NOW
    finished = Job.objects.filter(state=Job.State.DONE, finished_at__gte=since).order_by("-finished_at", "-id")
    return Work(
        jobs=list(jobs.order_by("-priority", "due_at", "id")[:MOST_JOBS]),
        masters=list(masters.newest_first().prefetch_related("findings")[:MOST_OF_OTHERS]),
        uploads=list(Upload.objects.receiving().newest_first()[:MOST_OF_OTHERS]),
        finished=list(finished[:_MOST_FINISHED]),
    )


@dataclass(frozen=True)
class Board:
    """The lines of a board by series, in the order of the series' titles, and what was finished just now."""

    groups: list[Group]
    finished: list[Line]


def board(found: Work) -> Board:
    """Say of ``found`` which episodes and series it is about: at most one statement per noun, and two."""
    rows = [*found.masters, *found.jobs, *found.uploads]
    about = _about([*rows, *found.finished])
    series, episodes = _named(about.values())
    places = _places(found.jobs)
    groups: dict[UUID | None, Group] = {}
    lines = {
        row.pk: Line(row, places.get(row.pk, 0), episodes.get(about[row.pk][0])) for row in (*rows, *found.finished)
    }
    for row in rows:
        series_id = about[row.pk][1]
        groups.setdefault(series_id, Group(series.get(series_id))).lines.append(lines[row.pk])
    for group in groups.values():
        group.lines.sort(key=_urgency)
    in_order = sorted(groups.items(), key=lambda each: (each[0] is None, str(each[1].series), str(each[0])))
    return Board([group for _series_id, group in in_order], [lines[job.pk] for job in found.finished])


def jobs_of(series: Series) -> list[Job]:
    """Unfinished and failed jobs about anything of ``series``."""
    return [job for group in board(work()).groups if group.series == series for job in group.jobs]


Place = tuple[UUID | None, UUID | None]


def _about(rows: Sequence[Any]) -> dict[UUID, Place]:
    """The episode and the series of each row, by the row's id; none for what has none."""
    subjects: dict[str, dict[UUID, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        noun, subject = (row.subject_noun, row.subject_id) if isinstance(row, Job) else (row._meta.label_lower, row.pk)
        subjects[noun][subject].append(row.pk)
    about: dict[UUID, Place] = {row.pk: (None, None) for row in rows}
    for noun, of_rows in subjects.items():
        for subject, episode_id, series_id in _places_of(noun, of_rows):
            about |= {row: (episode_id, series_id) for row in of_rows[subject]}
    return about


def _places_of(noun: str, ids: Iterable[UUID]) -> Iterable[tuple[UUID, UUID | None, UUID | None]]:
    if noun == Series._meta.label_lower:
        return [(identity, None, identity) for identity in ids]
    if noun not in _WAYS:
        return []
    return apps.get_model(noun)._base_manager.filter(pk__in=list(ids)).values_list("pk", *_WAYS[noun])


def _named(about: Iterable[Place]) -> tuple[dict[UUID | None, Series], dict[UUID | None, Episode]]:
    places = list(about)
    episode_ids, series_ids = ({place[which] for place in places if place[which]} for which in (0, 1))
    series: dict[Any, Series] = Series.objects.in_bulk(series_ids) if series_ids else {}
    episodes: dict[Any, Episode] = Episode.objects.in_bulk(episode_ids) if episode_ids else {}
    for episode in episodes.values():
        episode.series = series[episode.series_id]
    return series, episodes


def _places(jobs: Iterable[Job]) -> dict[UUID, int]:
    """How many of its kind come before each waiting job; ``jobs`` are in the order in which they are taken."""
    waiting: dict[str, int] = defaultdict(int)
    places = {}
    for job in jobs:
        if job.state == Job.State.WAITING:
            waiting[job.kind] += 1
            places[job.pk] = waiting[job.kind]
    return places


def _urgency(line: Line) -> tuple[Any, ...]:
    """What a person has to see to comes first, then what moves, then what waits; each in the order of episodes."""
    number = (line.episode.number or 0) if line.episode else 0
    if isinstance(line.row, Job):
        return _IN_ORDER[Job.State(line.row.state)], line.place, number, line.row.pk
    return (0 if line.is_trouble else 1), 0, number, line.row.pk


def time_left_s(*, permille: int, worked_s: float) -> float | None:
    """How long it will still take if it goes on as it went; None while nobody can know.

    >>> time_left_s(permille=250, worked_s=30), time_left_s(permille=9, worked_s=2), time_left_s(permille=9, worked_s=9)
    (90.0, None, None)
    """
    if permille < _LEAST_PERMILLE or worked_s < _LEAST_SEEN_S:
        return None
    return worked_s * (1000 - permille) / permille


def roughly_minutes(seconds: float) -> int:
    """The nearest whole number of minutes; 0 for less than one.

    >>> roughly_minutes(20), roughly_minutes(61), roughly_minutes(170)
    (0, 1, 3)
    """
    return round(seconds / 60) if seconds >= 60 else 0
