from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from studios.scope import scope
from tests.titles.distribution.stories import (
    Reader,
    add_subtitles,
    make_episode,
    make_grant,
    make_series,
    relay_at,
    told,
)
from titles.catalog.models import Episode, Series
from titles.distribution import tasks
from titles.distribution.models import FeedEntry, Grant, Partner, Release
from titles.distribution.relay import relay
from titles.distribution.releasing import submit_episode
from titles.jobs.models import Job, LeaseLost
from titles.media.composing import compose

NOW = timezone.now()
UPSERTS = [("upsert", "series"), ("upsert", "episode"), ("upsert", "episode")]


def dated(*entries):
    return [(entry.operation, entry.noun, entry.reason) for entry in entries]


def open_entries(studio, partner):
    with scope(studio):
        return list(FeedEntry.objects.open().filter(partner=partner).order_by("sequence"))


def test_everything_released_and_granted_is_told_the_series_first(heiress):
    written = relay_at(heiress.series, NOW)

    assert told(written) == UPSERTS
    assert [entry.sequence for entry in written] == [1, 2, 3]
    assert [entry.subject_id for entry in written[1:]] == [episode.pk for episode in heiress.episodes]


def test_a_second_run_writes_nothing(heiress):
    relay_at(heiress.series, NOW)

    assert relay_at(heiress.series, NOW + timedelta(hours=1)) == []


def test_the_task_run_twice_does_it_once(heiress):
    tasks.relay_series()
    with scope(heiress.studio):
        Job.enqueue("relay", heiress.series)
    tasks.relay_series()

    with scope(heiress.studio):
        assert list(Job.objects.filter(kind="relay").values_list("state", flat=True)) == ["done", "done"]
        assert FeedEntry.objects.count() == 3


def test_nothing_is_told_without_a_grant(heiress):
    with scope(heiress.studio):
        Grant.objects.all().delete()

    assert relay_at(heiress.series, NOW) == []


def test_nothing_is_told_before_the_card_is_approved(lantern, desk, nova):
    with scope(lantern):
        series = make_series()
        desk.release(make_episode(series))
        make_grant(nova, series)

    assert relay_at(series, NOW) == []


def test_what_was_only_submitted_reaches_nobody(heiress, producer):
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        Episode.objects.filter(pk=heiress.episodes[0].pk).update(title_en="The testament")
        submit_episode(heiress.episodes[0], by=producer)

    assert relay_at(heiress.series, NOW) == []


def test_a_newer_approved_release_replaces_the_entry_of_its_episode_alone(heiress, desk):
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        Episode.objects.filter(pk=heiress.episodes[1].pk).update(title_en="The testament")
        desk.release(heiress.episodes[1])
    written = relay_at(heiress.series, NOW)

    assert [(entry.sequence, entry.subject_id, entry.revision) for entry in written] == [(4, heiress.episodes[1].pk, 2)]
    assert [entry.sequence for entry in open_entries(heiress.studio, heiress.partner)] == [1, 2, 4]


def test_a_new_card_is_followed_by_its_episodes_again(heiress, desk):
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        Series.objects.filter(pk=heiress.series.pk).update(tagline_en="A new line.")
        desk.release(heiress.series)

    assert told(relay_at(heiress.series, NOW)) == UPSERTS


def test_a_withdrawn_release_leaves_a_tombstone_and_no_older_release_comes_back(heiress, desk, producer):
    with scope(heiress.studio):
        Episode.objects.filter(pk=heiress.episodes[0].pk).update(title_en="The testament")
        second = desk.release(heiress.episodes[0])
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        second.withdraw(by=producer, why="wrong master")
    written = relay_at(heiress.series, NOW)

    assert dated(*written) == [("delete", "episode", "withdrawn")]
    assert (written[0].revision, written[0].body) == (2, "")


def test_a_legal_take_down_says_so(heiress, producer):
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        Release.objects.get(episode=heiress.episodes[0]).withdraw(by=producer, why="court order", legal=True)

    assert dated(*relay_at(heiress.series, NOW)) == [("delete", "episode", "legal")]


def test_withdrawing_the_card_takes_the_episodes_first(heiress, producer):
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        Release.objects.get(series=heiress.series, episode=None).withdraw(by=producer, why="not ours")

    assert dated(*relay_at(heiress.series, NOW)) == [
        ("delete", "episode", "withdrawn"),
        ("delete", "episode", "withdrawn"),
        ("delete", "series", "withdrawn"),
    ]


def test_a_tombstone_is_written_once(heiress, producer):
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        Release.objects.get(episode=heiress.episodes[0]).withdraw(by=producer, why="wrong master")
    relay_at(heiress.series, NOW)

    assert relay_at(heiress.series, NOW) == []


def test_the_end_of_a_window_leaves_tombstones_without_an_edit(lantern, desk, nova):
    end = NOW + timedelta(days=1)
    with scope(lantern):
        series = make_series()
        for subject in (series, make_episode(series)):
            desk.release(subject)
        make_grant(nova, series, until_at=end)
    before, after = relay_at(series, NOW), relay_at(series, end + timedelta(minutes=5))

    assert [entry.until_at for entry in before] == [end, end]
    assert dated(*after) == [("delete", "episode", "expired"), ("delete", "series", "expired")]
    assert [entry.from_at for entry in after] == [end, end]


def test_a_window_opens_without_an_edit(lantern, desk, nova):
    start = NOW + timedelta(days=1)
    with scope(lantern):
        series = make_series()
        desk.release(series)
        make_grant(nova, series, from_at=start)

    assert [told(relay_at(series, at)) for at in (NOW, start)] == [[], [("upsert", "series")]]


def test_a_revoked_grant_leaves_tombstones(heiress, distributor):
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        Grant.objects.get().revoke(by=distributor)

    assert [entry.reason for entry in relay_at(heiress.series, NOW)] == ["expired"] * 3


def test_a_renewal_changes_the_window_in_time_and_nothing_disappears(lantern, desk, nova):
    end = NOW + timedelta(days=1)
    with scope(lantern):
        series = make_series()
        for subject in (series, make_episode(series)):
            desk.release(subject)
        make_grant(nova, series, until_at=end)
    relay_at(series, NOW)
    with scope(lantern):
        make_grant(nova, series, from_at=end)
    renewed = relay_at(series, NOW)

    assert [(entry.operation, entry.until_at) for entry in renewed] == [("upsert", None)] * 2
    assert told(relay_at(series, end)) == [("upsert", "episode")]


def test_only_granted_episodes_are_told(lantern, desk, nova):
    with scope(lantern):
        series = make_series()
        subjects = [
            series,
            *(make_episode(series, number) for number in (1, 2)),
            make_episode(series, None, kind="trailer"),
        ]
        for subject in subjects:
            desk.release(subject)
        make_grant(nova, series, episodes=[2])
    written = relay_at(series, NOW)

    assert [entry.subject_id for entry in written] == [series.pk, subjects[2].pk]


def test_a_release_for_named_partners_is_told_to_nobody_else(heiress, desk):
    with scope(heiress.studio):
        orbit = Partner.objects.make("Orbit Shorts", "orbit")
        make_grant(orbit, heiress.series)
        Episode.objects.filter(pk=heiress.episodes[0].pk).update(title_en="Nova's own title")
        desk.release(heiress.episodes[0], partners=[heiress.partner])
    relay_at(heiress.series, NOW)

    revisions = {
        partner.slug: [entry.revision for entry in open_entries(heiress.studio, partner)]
        for partner in (heiress.partner, orbit)
    }
    assert revisions == {"nova": [1, 2, 1], "orbit": [1, 1, 1]}


def test_each_partner_has_numbers_of_its_own(heiress):
    with scope(heiress.studio):
        orbit = Partner.objects.make("Orbit Shorts", "orbit")
        make_grant(orbit, heiress.series)
    relay_at(heiress.series, NOW)

    for partner in (heiress.partner, orbit):
        assert [entry.sequence for entry in open_entries(heiress.studio, partner)] == [1, 2, 3]


def test_closed_entries_are_kept_as_evidence(heiress, desk):
    first = relay_at(heiress.series, NOW)[1]
    with scope(heiress.studio):
        Episode.objects.filter(pk=heiress.episodes[0].pk).update(title_en="The testament")
        desk.release(heiress.episodes[0])
    relay_at(heiress.series, NOW)

    with scope(heiress.studio):
        kept = FeedEntry.objects.get(sequence=first.sequence)
        assert (kept.body, kept.closed_at) == (first.body, NOW)


def test_the_database_refuses_to_rewrite_what_a_partner_was_told(lantern):
    for column in ("body", "sequence", "until_at", "operation", "partner"):
        with scope(lantern), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            FeedEntry.objects.update(**{column: None})


def test_new_subtitles_reach_nobody_before_they_are_approved_in_a_release(heiress):
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        cut = heiress.episodes[0].default_cut()
        add_subtitles(cut, "fr")
        compose(cut)

    assert relay_at(heiress.series, NOW) == []


def test_the_clock_asks_for_a_relay_where_a_boundary_passed_and_nowhere_else(lantern, desk, nova):
    with scope(lantern):
        ended, running = make_series("ended", "Ended"), make_series("running", "Running")
        for series in (ended, running):
            desk.release(series)
        make_grant(nova, ended, until_at=timezone.now() + timedelta(milliseconds=300))
        make_grant(nova, running)
    tasks.relay_series()
    reader = Reader.of(lantern, nova)
    assert len(reader.follow()) == 2
    with scope(lantern):
        end = Grant.objects.get(series=ended).term.upper
    while timezone.now() < end:
        pass

    tasks.tick()

    with scope(lantern):
        assert [job.subject_id for job in Job.objects.unfinished().filter(kind="relay")] == [ended.pk]
    tasks.relay_series()
    assert [(entry["operation"], entry["reason"]) for entry in reader.follow()] == [("delete", "expired")]


def test_the_clock_is_quiet_when_nothing_passed(heiress):
    tasks.relay_series()
    tasks.tick()
    tasks.tick()

    with scope(heiress.studio):
        assert Job.objects.unfinished().filter(kind="relay").count() == 0


def test_a_relay_that_failed_for_good_is_asked_for_again(heiress):
    with scope(heiress.studio):
        Job.objects.filter(kind="relay").update(state="failed")
    for _tick in range(2):
        tasks.tick()

    with scope(heiress.studio):
        states = list(Job.objects.filter(kind="relay").order_by("created_at").values_list("state", flat=True))
    assert states == ["failed", "waiting"]
    tasks.relay_series()
    assert len(open_entries(heiress.studio, heiress.partner)) == 3


def test_a_cancelled_relay_writes_nothing(heiress, producer):
    for job in Job.claimed("relay"):
        with job.scope():
            job.cancel(by=producer)
        with pytest.raises(LeaseLost):
            relay(job)

    assert open_entries(heiress.studio, heiress.partner) == []
