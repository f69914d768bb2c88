"""Workers that are killed and messages that are lost, while real work is under way."""

import os
import signal

import psutil
import pytest
from django.db import connection

from cms.embedded import parts
from cms.owner import as_owner
from studios.scope import scope
from tests.journeys import material
from tests.journeys.conftest import playing, start
from titles.catalog.models import Series
from titles.jobs.models import Job
from titles.media.models import Package
from titles.media.receiving import receive

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_master_whose_worker_is_killed_is_still_transcoded_once(lantern, producer, until, tmp_path):
    episode = material.episode(lantern)
    with scope(lantern):
        cut = episode.default_cut()
    with playing(parts.general(), parts.beat()):
        first = start(parts.media(1))
        with material.film(tmp_path, seconds=3).open("rb") as content:
            receive(content, cut=cut, name="EP01.mp4", by=producer)
        until(lambda: Job.objects.filter(kind="transcode", state="running", progress_permille__gt=50).exists())
        children = psutil.Process(first.pid).children(recursive=True)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(30)
        _gone, alive = psutil.wait_procs(children, timeout=20)
        with playing(parts.media(2)):
            until(lambda: Package.objects.exists() and not Job.objects.unfinished().exists(), within_s=120)

    with scope(lantern):
        assert [child.name() for child in alive] == []
        assert list(Package.objects.values_list("frame_count", flat=True)) == [75]


def test_ten_jobs_get_done_though_the_brokers_queues_are_emptied(lantern, until):
    with scope(lantern):
        for number in range(10):
            Job.enqueue("relay", Series.objects.create(slug=f"series-{number}", title_en=f"Series {number}"))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT pgmq.purge_queue('general'), pgmq.purge_queue('media')")

    with playing(parts.general(), parts.beat()):
        until(lambda: Job.objects.filter(kind="relay", state="done").count() == 10)


def test_the_worker_lives_through_a_database_that_drops_every_connection(lantern, until):
    with playing(parts.general(), parts.beat()):
        with scope(lantern):
            Job.enqueue("relay", Series.objects.create(slug="before", title_en="Before"))
        until(lambda: Job.objects.filter(kind="relay", state="done").count() == 1)
        _drop_all_other_connections()
        with scope(lantern):
            Job.enqueue("relay", Series.objects.create(slug="after", title_en="After"))
        until(lambda: Job.objects.filter(kind="relay", state="done").count() == 2)


def _drop_all_other_connections() -> None:
    """As the app login may: it ends sessions of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
