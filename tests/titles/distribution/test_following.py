"""Invariant 5: a consumer of the feed that follows its cursor ends up equal to the database."""

import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from studios.models import MovedOn
from studios.scope import scope
from tests.titles.distribution.stories import Reader, make_episode, make_grant, make_series
from titles.catalog.models import Episode, Series
from titles.distribution import tasks
from titles.distribution.models import FeedEntry, Grant, Release
from titles.distribution.models.grant import GrantsCollide
from titles.distribution.narrowing import with_what_it_needs
from titles.distribution.offering import offerings
from titles.distribution.releasing import NotReady
from titles.jobs.models import Job

WRITERS = 8
WRITES = 5


class Writer:
    """Somebody at Lantern who edits, releases, withdraws, grants and revokes, all at random."""

    def __init__(self, number, studio, partner, desk):
        self.dice = random.Random(number)
        self.number, self.studio, self.partner, self.desk = number, studio, partner, desk

    def write(self):
        for round_ in range(WRITES):
            verb = self.dice.choice([self.retitle, self.retitle, self.reword, self.withdraw, self.regrant])
            try:
                with scope(self.studio):
                    verb(f"by {self.number} in round {round_}")
            except (NotReady, MovedOn, GrantsCollide):
                continue  # another writer was faster

    def retitle(self, words):
        episode = self.any_of(Episode)
        Episode.objects.filter(pk=episode.pk).update(title_en=words)
        self.desk.release(episode)

    def reword(self, words):
        series = self.any_of(Series)
        Series.objects.filter(pk=series.pk).update(tagline_en=words)
        self.desk.release(series)

    def withdraw(self, words):
        approved = Release.objects.filter(state="approved").exclude(episode=None)
        self.dice.choice(list(approved.order_by("id"))).withdraw(by=self.desk.author, why=words)

    def regrant(self, words):
        grant = self.dice.choice(list(Grant.objects.standing().order_by("id")))
        grant.revoke(by=self.desk.author, why=words)
        languages = self.dice.choice([["es"], ["es", "fr"], ["ar"]])
        make_grant(
            self.partner, grant.series, subtitle_languages=languages, episodes=self.dice.choice([None, [1], [2]])
        )

    def any_of(self, noun):
        return self.dice.choice(list(noun.objects.order_by("id")))


def closing(work: Callable[[], None]) -> None:
    """Do ``work`` in a thread of its own, with a connection of its own."""
    try:
        work()
    finally:
        connection.close()


def what_the_database_says(studio, partner):
    """Every body that the partner may see now, computed anew and past the feed."""
    bodies = {}
    with scope(studio):
        every_series = list(Series.objects.all())
    for series in every_series:

        def offered(narrowed, series=series):
            with scope(studio):
                return offerings(series, [partner], at=timezone.now(), narrowed=narrowed)[partner.pk]

        bodies |= {str(o.subject_id): json.loads(o.body) for o in with_what_it_needs(studio.pk, offered).offers}
    return bodies


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_follows_its_cursor_loses_nothing_while_eight_people_write(lantern, desk, nova):
    with scope(lantern):
        for name in ("heiress", "widow"):
            series = make_series(name, name.title())
            for subject in (series, *(make_episode(series, number, subtitles=["es", "fr"]) for number in (1, 2))):
                desk.release(subject)
            make_grant(nova, series)
    reader = Reader.of(lantern, nova)
    over = threading.Event()

    def relay():
        while not over.is_set():
            tasks.relay_series()

    def read():
        while not over.is_set():
            reader.follow(limit=3)

    writers = [Writer(number, lantern, nova, desk) for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS + 3) as threads:
        machines = [threads.submit(closing, work) for work in (relay, relay, read)]
        people = [threads.submit(closing, writer.write) for writer in writers]
        try:
            for person in people:
                person.result(timeout=120)
        finally:
            over.set()
    for machine in machines:
        machine.result()
    tasks.relay_series()
    reader.follow(limit=3)

    with scope(lantern):
        assert not Job.objects.filter(kind="relay").exclude(state="done").exists()
        numbers = list(FeedEntry.objects.order_by("sequence").values_list("sequence", flat=True))
    assert reader.copy == what_the_database_says(lantern, nova)
    assert reader.sequences == sorted(set(reader.sequences))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 10
