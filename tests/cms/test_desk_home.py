"""The home page: lanes that count what their links list, and a page that is alive only while something runs."""

import re

import pytest
from django.test import Client

from localization.models import Version
from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import failed, master, one_of_each, subtitles
from tests.conftest import make_member
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Episode
from titles.distribution.models import Release
from titles.distribution.releasing import submit_episode
from titles.jobs.models import Job
from titles.media.models import Master
from titles.seasons.lanes import lanes


@pytest.fixture
def episode(stores, lantern, producer) -> Episode:
    with scope(lantern, person=producer):
        return make_episode(make_series(), 1)


@pytest.fixture
def in_review(lantern, episode, producer, editor) -> tuple[Version, Release]:
    with scope(lantern, person=editor):
        version = subtitles(episode.default_cut(), "fr", by=editor).submit(by=editor)
        return version, submit_episode(episode, by=producer)


def places(page: str) -> dict[str, int]:
    """``{label: count}`` of every number on the page."""
    found = re.findall(r'lane-place" href="[^"]*"><strong>(\d+)</strong> ([^<]+)</a>', page)
    return {label: int(count) for count, label in found}


def test_every_number_counts_what_its_link_lists(lantern, episode, in_review, desk, producer):
    with scope(lantern, person=producer):
        cut = episode.default_cut()
        Job.objects.all().delete()
        Job.enqueue("inspect", master(cut), by=producer)
        Job.enqueue("transcode", master(cut, state=Master.State.ACCEPTED), by=producer)
        failed(Job.enqueue("transcode", master(cut, state=Master.State.ACCEPTED), by=producer))
        master(cut, state=Master.State.NEEDS_WAIVER)
    client = desk(producer)

    page = client.get("/admin/").content.decode()
    links = re.findall(r'lane-place" href="([^"]*)"><strong>(\d+)</strong>', page)
    listed = [client.get(link.replace("&amp;", "&")).content.decode().count("data-row block") for link, _count in links]

    assert listed == [int(count) for _link, count in links] == [1, 1, 1, 1, 1, 1, 0]


def test_a_failed_job_that_was_asked_for_again_is_no_failure_any_more(lantern, episode, producer):
    with scope(lantern, person=producer):
        Job.objects.all().delete()
        job = failed(Job.enqueue("transcode", master(episode.default_cut()), by=producer))
        before = lanes().failed_jobs

        job.retry(by=producer)

        assert (before, lanes().failed_jobs) == (1, 0)


@pytest.mark.parametrize("how_many", [1, 5])
def test_the_lanes_are_counted_in_one_statement(stores, lantern, producer, second_producer, statements, how_many):
    with scope(lantern, person=producer):
        for place in range(how_many):
            one_of_each(place, author=producer, reviewer=second_producer)

        with statements() as sent:
            counted = lanes()

    assert len(sent) == 1
    assert (counted.masters_to_check, counted.versions_in_review, counted.series) == (how_many, how_many, how_many)


@pytest.mark.parametrize("how_many", [1, 5])
def test_the_home_page_asks_as_much_for_five_rows_as_for_one(
    stores, lantern, producer, second_producer, desk, statements, how_many
):
    with scope(lantern, person=producer):
        for place in range(how_many):
            one_of_each(place, author=producer, reviewer=second_producer)
        Job.objects.exclude(kind="inspect").delete()
    client = desk(producer)
    client.get("/admin/")  # the session notes once in a while that somebody is there

    with statements() as sent:
        client.get("/admin/")

    # session, person, studios, membership, bell; lanes, jobs and what they are about, reviews, assignments
    assert len(sent) == 10


def test_the_page_asks_again_only_while_something_runs(lantern, episode, desk, producer):
    client = desk(producer)
    with scope(lantern, person=producer):
        Job.objects.all().delete()
        idle = client.get("/admin/lanes/").content.decode()
        Job.enqueue("inspect", master(episode.default_cut()), by=producer)

    working = client.get("/admin/lanes/").content.decode()

    assert ("every 2s" in idle, "every 2s" in working) == (False, True)


def test_an_empty_studio_is_shown_three_first_steps(desk, owner):
    page = desk(owner).get("/admin/").content.decode()

    assert page.count('<li class="card">') == 3
    assert "/admin/catalog/series/add/" in page


def test_a_failure_is_told_with_its_sentence_and_a_button(lantern, episode, desk, producer):
    with scope(lantern, person=producer):
        Job.objects.all().delete()
        job = failed(Job.enqueue("inspect", master(episode.default_cut()), by=producer))
    client = desk(producer)

    page = client.get("/admin/").content.decode()
    client.post(f"/admin/jobs/job/{job.pk}/do/retry/")

    with scope(lantern):
        states = list(Job.objects.order_by("id").values_list("state", flat=True))
    assert "The file is damaged. Export it again." in page
    assert states == ["failed", "waiting"]


def test_a_viewer_may_not_retry_a_job(lantern, episode, desk, producer):
    with scope(lantern, person=producer):
        Job.objects.all().delete()
        job = failed(Job.enqueue("inspect", master(episode.default_cut()), by=producer))

    answer = desk(make_member(lantern, "Vic Viewer", Role.VIEWER)).post(f"/admin/jobs/job/{job.pk}/do/retry/")

    assert answer.status_code == 403


def test_a_verb_is_never_done_by_a_link(lantern, episode, desk, producer):
    with scope(lantern, person=producer):
        Job.objects.all().delete()
        job = failed(Job.enqueue("inspect", master(episode.default_cut()), by=producer))

    assert desk(producer).get(f"/admin/jobs/job/{job.pk}/do/retry/").status_code == 405


def test_a_verb_needs_the_token_of_the_page(lantern, episode, producer):
    with scope(lantern, person=producer):
        Job.objects.all().delete()
        job = failed(Job.enqueue("inspect", master(episode.default_cut()), by=producer))
    elsewhere = Client(enforce_csrf_checks=True)
    elsewhere.force_login(producer)

    assert elsewhere.post(f"/admin/jobs/job/{job.pk}/do/retry/").status_code == 403
