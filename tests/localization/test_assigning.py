"""Assigning work: what a guest sees of a studio because of it, and until when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from localization.assigning import (
    assign,
    assigned_episodes,
    assigned_series,
    assigned_versions,
    end,
    mine,
    terms_of,
)
from localization.importing import import_subtitles
from localization.models import Assignment, Version
from studios.models import Membership, Notice
from studios.roles import Role
from tests.conftest import make_member
from titles.catalog.models import Episode, Series

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nYou lied to me.\n"


@pytest.fixture
def guest(lantern, in_lantern) -> Membership:
    return Membership.objects.get(user=make_member(lantern, "Gus Guest", Role.GUEST))


@pytest.fixture
def episodes(in_lantern) -> list[Episode]:
    heiress = Series.objects.create(slug="heiress", original_language="zh-Hans")
    tides = Series.objects.create(slug="tides")
    return [Episode.objects.create(series=series, number=number) for series in (heiress, tides) for number in (1, 2)]


def version(episode, language, **more) -> Version:
    return import_subtitles(SRT, filename="x.srt", cut=episode.default_cut(), language=language, by=None, **more)


def test_a_guest_sees_the_assigned_episodes_and_their_series(guest, episodes, producer):
    assign(guest, episodes[:1], languages=["es"], by=producer)

    assert list(assigned_episodes(Episode.objects.all(), guest)) == episodes[:1]
    assert list(assigned_series(Series.objects.all(), guest)) == [episodes[0].series]


def test_of_subtitles_a_guest_sees_the_assigned_language_the_original_and_what_it_translates(guest, episodes, producer):
    first, second = episodes[:2]
    seen = [version(first, "zh-Hans"), version(first, "en")]
    seen.append(version(first, "es", translated_from=seen[1]))
    for hidden in ((first, "ar"), (second, "es"), (second, "zh-Hans")):
        version(*hidden)

    assign(guest, [first], languages=["es"], by=producer)

    assert list(assigned_versions(Version.objects.order_by("created_at"), guest)) == seen


def test_an_assignment_without_a_language_is_to_look_at_everything_of_the_episode(guest, episodes, producer):
    seen = [version(episodes[0], language) for language in ("zh-Hans", "ar")]

    assign(guest, episodes[:1], languages=[], by=producer)

    assert list(assigned_versions(Version.objects.order_by("created_at"), guest)) == seen
    assert terms_of(guest, episodes[0].pk).languages == set()


def test_nothing_is_seen_once_the_assignment_has_ended(guest, episodes, producer):
    version(episodes[0], "es")
    (assignment,) = assign(guest, episodes[:1], languages=["es"], by=producer)

    end(assignment)

    rows = [
        assigned_episodes(Episode.objects.all(), guest),
        assigned_series(Series.objects.all(), guest),
        assigned_versions(Version.objects.all(), guest),
        mine(guest),
    ]
    assert [list(each) for each in rows] == [[], [], [], []]
    assert Assignment.objects.count() == 1


def test_a_time_that_is_over_ends_it_too(guest, episodes, producer):
    past = timezone.now() - timedelta(seconds=1)

    assign(guest, episodes[:1], languages=["es"], ends_at=past, by=producer)

    assert terms_of(guest, episodes[0].pk).languages == set()


def test_work_is_allowed_in_the_assigned_language_of_the_assigned_episode(guest, episodes, producer):
    assign(guest, episodes[:1], languages=["es"], by=producer)

    assert [terms_of(guest, episode.pk).languages for episode in episodes[:2]] == [{"es"}, set()]


def test_files_are_kept_where_an_assignment_says_so(guest, episodes, producer):
    assign(guest, episodes[:1], languages=["es"], may_download=True, by=producer)
    assign(guest, episodes[1:2], languages=["es"], by=producer)

    assert [terms_of(guest, episode.pk).may_download for episode in episodes[:2]] == [True, False]


def test_an_episode_is_seen_until_the_last_of_its_assignments_ends(guest, episodes, producer):
    soon, later = (timezone.now() + timedelta(days=count) for count in (1, 2))
    assign(guest, episodes[:1], languages=["es"], ends_at=soon, by=producer)
    assign(guest, episodes[:1], languages=["ar"], ends_at=later, by=producer)
    before = terms_of(guest, episodes[0].pk).until
    assign(guest, episodes[:1], languages=["fr"], by=producer)

    assert (before, terms_of(guest, episodes[0].pk).until) == (later, None)


def test_assigning_again_gives_new_dates_and_no_second_row(guest, episodes, producer):
    due_at = timezone.now() + timedelta(days=3)
    assign(guest, episodes[:2], languages=["es", "ar"], by=producer)

    assign(guest, episodes[:2], languages=["es", "ar"], due_at=due_at, by=producer)

    assert list(Assignment.objects.values_list("due_at", flat=True)) == [due_at] * 4


def test_the_most_urgent_comes_first(guest, episodes, producer):
    now = timezone.now()
    assign(guest, episodes[:1], languages=["es"], by=producer)
    assign(guest, episodes[1:2], languages=["es"], due_at=now + timedelta(days=2), by=producer)
    assign(guest, episodes[2:3], languages=["es"], due_at=now + timedelta(days=1), by=producer)

    assert [each.episode for each in mine(guest)] == [episodes[2], episodes[1], episodes[0]]


def test_the_person_is_told_once_however_many_episodes_there_are(guest, episodes, producer):
    assign(guest, episodes[:2], languages=["es", "ar"], by=producer)

    assert list(Notice.objects.values_list("person", "kind")) == [(guest.user_id, Notice.Kind.ASSIGNMENT)]


def test_assignments_of_others_open_nothing(lantern, guest, episodes, producer):
    other = Membership.objects.get(user=make_member(lantern, "Greta Guest", Role.GUEST))

    assign(other, episodes[:1], languages=["es"], by=producer)

    assert list(assigned_episodes(Episode.objects.all(), guest)) == []
