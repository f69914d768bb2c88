from datetime import timedelta

import pytest
from django.utils import timezone

from studios.scope import scope
from tests.titles.distribution.stories import make_grant, make_series, relay_at
from titles.distribution.models import FeedEntry

NOW = timezone.now()


@pytest.fixture
def told(heiress):
    relay_at(heiress.series, NOW)
    return heiress


def test_a_single_body_is_the_stored_bytes(told, reader):
    answer = reader.get(f"episodes/{told.episodes[0].pk}")

    with scope(told.studio):
        assert answer.content.decode() == FeedEntry.objects.get(subject_id=told.episodes[0].pk).body


def test_a_single_body_is_known_by_its_etag_without_being_read(told, reader, statements):
    etag = reader.get(f"series/{told.series.pk}")["ETag"]
    with statements() as sent:
        again = reader.get(f"series/{told.series.pk}", headers={"if-none-match": etag})

    assert (again.status_code, len(sent)) == (304, 3)
    assert not any('"body",' in sql for sql in sent)


def test_a_series_is_no_episode(told, reader):
    answers = [reader.get(f"episodes/{told.series.pk}"), reader.get(f"series/{told.episodes[0].pk}")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_body_whose_window_ended_is_not_served_though_no_worker_runs(lantern, desk, nova, reader):
    with scope(lantern):
        series = make_series()
        desk.release(series)
        make_grant(nova, series, until_at=NOW - timedelta(hours=1))
    relay_at(series, NOW - timedelta(days=1))

    answer = reader.get(f"series/{series.pk}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_withdrawn_body_is_not_served(told, reader, producer):
    with scope(told.studio):
        told.episodes[0].releases.get().withdraw(by=producer, why="wrong master")
    relay_at(told.series, NOW)

    assert reader.get(f"episodes/{told.episodes[0].pk}").status_code == 404
