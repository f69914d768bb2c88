"""The main job on the sample series, step by step, through the same verbs as the desk's buttons.

Each step looks first at what an earlier run has done, so a demo that was killed half-way continues where it was.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cms.demo import covers, film, people, story
from cms.demo.partnership import LANGUAGES, Partnership
from cms.demo.waiting import NotDone, until
from localization.importing import import_subtitles
from localization.models import Version
from studios.roles import Role
from studios.scope import scope
from titles.catalog.models import Artwork, Credit, Episode, Person, Series, SeriesTag, Tag
from titles.catalog.texts import columns
from titles.distribution.models import Delivery, FeedEntry, Release
from titles.distribution.releasing import NotReady, submit_episode, submit_series
from titles.media.models import Edition, Package
from titles.media.receiving import receive

Say = Callable[[str], None]
PATIENCE_S = 900.0


@dataclass(frozen=True)
class Row:
    """One line of the table that the demo prints."""

    what: str
    result: str
    seconds: float


class MainJob:
    """Drives the sample series from masters to the partner. ``home`` is where its files are made."""

    def __init__(self, home: Path, *, address: str, say: Say) -> None:
        self.home = home
        self.say = say
        self.rows: list[Row] = []
        self.partnership = Partnership(home / "demo", address=address)

    def run(self) -> None:
        """Do all of it. Raises NotDone with a plain sentence."""
        for what, step in self._steps():
            with self._timed(what) as note:
                note.append(step())

    def _steps(self) -> list[tuple[str, Callable[[], str]]]:
        return [
            ("Studio with five people", self._gather),
            ("Masters painted and filmed", self._film),
            ("Series, cast, tags and artwork", self._describe),
            ("Masters received", self._receive),
            ("Subtitles in eight languages imported", self._import),
            ("Subtitles approved by another person", self._approve_subtitles),
            ("Masters checked and transcoded", self._wait_for_packages),
            ("Editions with all subtitles composed", self._wait_for_editions),
            ("Partner with its grant and key", self._make_partner),
            ("Releases submitted and approved", self._release),
            ("Feed entries written by the relay", self._wait_for_feed),
            ("Packs delivered and acknowledged", self._wait_for_deliveries),
            ("Partner verified all of it", self._ask_partner),
        ]

    @contextmanager
    def _timed(self, what: str) -> Iterator[list[str]]:
        self.say(f"{what} …")
        note: list[str] = []
        started_s = time.monotonic()
        yield note
        self.rows.append(Row(what, note[0], time.monotonic() - started_s))
        self.say(f"{what}: {note[0]}")

    def _gather(self) -> str:
        self.company = people.gather()
        self.studio = self.company.studio
        return self.studio.name

    def _film(self) -> str:
        self.samples = film.make(self.home / "demo" / "masters", lambda done, what: self._said(what, done))
        return ", ".join(f"{sample.duration_ms / 1000:.0f} s" for sample in self.samples)

    def _said(self, what: str, done: float) -> None:
        if time.monotonic() - getattr(self, "_said_at_s", 0.0) > 4:
            self._said_at_s = time.monotonic()
            self.say(f"{what}: {100 * done:.0f} %")

    def _as(self, role: Role) -> Any:
        """The scope of the studio, as the person with ``role``."""
        return scope(self.studio, person=self.company.people[role])

    def _describe(self) -> str:
        with self._as(Role.PRODUCER):
            self.series = self._series()
            self._cast()
            self._tags()
            self.episodes = [self._episode(chapter) for chapter in story.EPISODES]
            self._picture()
        return f"{self.series}: {len(self.episodes)} episodes, {len(story.CAST)} people"

    def _series(self) -> Series:
        card = story.SERIES
        series, _made = Series.objects.get_or_create(
            slug=card.slug,
            defaults={
                **columns("title", card.titles),
                **columns("tagline", card.taglines),
                **columns("synopsis", card.synopses),
                "original_language": card.original_language,
                "season_number": card.season_number,
                "planned_episodes": len(story.EPISODES),
            },
        )
        return series

    def _cast(self) -> None:
        for member in story.CAST:
            known = Credit.objects.filter(series=self.series, billing=member.billing, role=member.role)
            if not known.exists():
                Credit.objects.create(
                    series=self.series,
                    person=Person.objects.create(**columns("name", member.names)),
                    role=member.role,
                    billing=member.billing,
                    **columns("character", member.characters),
                )

    def _tags(self) -> None:
        for word in story.TAGS:
            tag, _made = Tag.objects.get_or_create(
                slug=word.slug, defaults={"kind": word.kind, **columns("name", word.names)}
            )
            SeriesTag.objects.get_or_create(series=self.series, tag=tag)

    def _episode(self, chapter: story.Chapter) -> Episode:
        episode, _made = Episode.objects.get_or_create(
            series=self.series,
            number=chapter.number,
            defaults={**columns("title", chapter.titles), **columns("synopsis", chapter.synopses)},
        )
        episode.default_cut()
        return episode

    def _picture(self) -> None:
        for cover, file in covers.make(self.home / "demo" / "artwork"):
            with file.open("rb") as content:
                Artwork.keep(content, series=self.series, purpose=cover.purpose)

    def _receive(self) -> str:
        producer = self.company.people[Role.PRODUCER]
        for episode, sample in zip(self.episodes, self.samples, strict=True):
            with self._as(Role.PRODUCER):
                cut = episode.default_cut()
            with sample.path.open("rb") as content:
                receive(content, cut=cut, name=sample.path.name, by=producer)
        return f"{sum(sample.path.stat().st_size for sample in self.samples) / 1_000_000:.0f} MB"

    def _import(self) -> str:
        editor = self.company.people[Role.EDITOR]
        chapters = zip(self.episodes, story.EPISODES, strict=True)
        files = [(episode, file) for episode, chapter in chapters for file in chapter.subtitles]
        for episode, file in files:
            with self._as(Role.EDITOR):
                cut = episode.default_cut()
            version = import_subtitles(file.read(), filename=file.path.name, cut=cut, language=file.language, by=editor)
            if version.state == Version.State.DRAFT:
                with self._as(Role.EDITOR):
                    version.submit(by=editor)
        return f"{len(files)} files"

    def _approve_subtitles(self) -> str:
        reviewer = self.company.people[Role.REVIEWER]
        with self._as(Role.REVIEWER):
            for version in Version.objects.awaiting_review().filter(track__cut__episode__series=self.series):
                version.approve(by=reviewer)
            approved = Version.objects.filter(state=Version.State.APPROVED, track__cut__episode__series=self.series)
            return f"{approved.count()} versions by {reviewer}"

    def _wait_for_packages(self) -> str:
        def packages() -> list[Package]:
            made = [Package.objects.filter(cut__episode=episode).newest_first().first() for episode in self.episodes]
            return [package for package in made if package] if all(made) else []

        found = self._until(packages, ("inspect", "transcode"), "Transcoding")
        return ", ".join(f"{package.frame_count} frames" for package in found)

    def _wait_for_editions(self) -> str:
        def complete() -> list[Edition]:
            newest = [
                Edition.objects.filter(package__cut__episode=episode).newest_first().first()
                for episode in self.episodes
            ]
            return [edition for edition in newest if edition and edition.edition_sidecars.count() == len(LANGUAGES)]

        found = self._until(
            lambda: editions if len(editions := complete()) == len(self.episodes) else None,
            ("hand down", "compose"),
            "Composing",
        )
        return f"{len(found)} editions with {len(LANGUAGES)} languages"

    def _make_partner(self) -> str:
        with self._as(Role.DISTRIBUTOR):
            self.partner = self.partnership.agree(self.series, by=self.company.people[Role.DISTRIBUTOR])
        self.partnership.start()
        return f"{self.partner} at {self.partnership.own_address}"

    def _release(self) -> str:
        producer, owner = self.company.people[Role.PRODUCER], self.company.people[Role.OWNER]
        with self._as(Role.PRODUCER):
            self._submit(partial(submit_series, self.series, by=producer))
            for episode in self.episodes:
                self._submit(partial(submit_episode, episode, by=producer))
        with self._as(Role.OWNER):
            for release in Release.objects.awaiting_review().filter(series=self.series):
                release.approve(by=owner)
            self.released = list(Release.objects.filter(series=self.series, state=Release.State.APPROVED))
        return f"{len(self.released)} releases, submitted by {producer}, approved by {owner}"

    def _submit(self, submit: Callable[[], Release]) -> None:
        """Submit, unless an earlier run released exactly this."""
        try:
            submit()
        except NotReady as reason:
            if not Release.objects.filter(series=self.series).exists():
                raise NotDone(str(reason)) from reason

    def _wait_for_feed(self) -> str:
        wanted = 1 + len(self.episodes)
        entries = FeedEntry.objects.filter(partner=self.partner, closed_at=None, operation="upsert")
        self._until(lambda: entries.count() == wanted, ("relay",), "Writing the feed")
        return f"{wanted} entries"

    def _wait_for_deliveries(self) -> str:
        wanted = len(self.episodes)
        done = Delivery.objects.filter(partner=self.partner, state=Delivery.State.DELIVERED)
        self._until(lambda: done.count() >= wanted, ("deliver",), "Delivering")
        return f"{wanted} packs"

    def _ask_partner(self) -> str:
        report = self.partnership.checked()
        if report["failures"]:
            raise NotDone(f"The partner found something wrong: {report['failures'][0]}")
        with self._as(Role.DISTRIBUTOR):
            entries = FeedEntry.objects.filter(partner=self.partner, closed_at=None, operation="upsert")
            told = {str(subject) for subject in entries.values_list("subject_id", flat=True)}
        if set(report["entities"]) != told:
            raise NotDone("The partner's replica differs from what was released to it.")
        return f"{len(told)} feed entries and {len(report['packs'])} packs are what was released"

    def _until(self, found: Callable[[], Any], kinds: tuple[str, ...], what: str) -> Any:
        return until(found, studio=self.studio, kinds=kinds, say=self.say, what=what, within_s=PATIENCE_S)
