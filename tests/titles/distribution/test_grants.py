import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from studios.models import Move, MovedOn
from studios.scope import scope
from tests.titles.distribution.stories import LONG_AGO, make_grant
from titles.catalog.models import Series
from titles.distribution.models import Deal, Grant, Partner
from titles.distribution.models.grant import GrantsCollide, GrantsNothing
from titles.distribution.multiranges import of_numbers
from titles.jobs.models import Job

NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def series(in_lantern):
    return Series.objects.create(slug="heiress", title_en="The Secret Heiress")


@pytest.fixture
def orbit(in_lantern):
    return Partner.objects.make("Orbit Shorts", "orbit")


def test_a_grant_says_in_words_what_it_holds_in_numbers(series, nova):
    grant = make_grant(nova, series, territories=["US", "BR"], subtitle_languages=["es", "en"], episodes=[1, 2, 9])
    grant.refresh_from_db()

    assert grant.territory_codes() == ["BR", "US"]
    assert [grant.covers(number) for number in (1, 2, 3, 9, None)] == [True, True, False, True, False]


def test_a_grant_of_all_episodes_has_what_has_no_number_too(series, nova):
    grant = make_grant(nova, series)
    grant.refresh_from_db()

    assert [grant.covers(number) for number in (1, 400, None)] == [True, True, True]


def test_two_partners_may_both_have_what_neither_has_alone(series, nova, orbit):
    make_grant(nova, series)
    make_grant(orbit, series)

    assert Grant.objects.count() == 2


def test_an_exclusive_grant_is_refused_where_another_partner_is_named_by_its_deal(series, nova, orbit):
    deal = Deal.objects.create(partner=nova, name="Nova 2026")
    make_grant(nova, series, territories=["US", "MX"], deal=deal, until_at=NEXT_YEAR)

    with pytest.raises(GrantsCollide) as refused:
        make_grant(orbit, series, territories=["MX", "BR"], exclusive=True)

    assert str(refused.value) == (
        "Nova Reels already has The Secret Heiress in MX (Nova 2026, 2026-01-01 to 2027-01-01): "
        "change the territories, languages, episodes or term, or revoke that grant first."
    )


def test_a_plain_grant_is_refused_inside_an_exclusive_one(series, nova, orbit):
    make_grant(nova, series, exclusive=True)

    with pytest.raises(GrantsCollide, match="Nova Reels already has .* exclusive"):
        make_grant(orbit, series, territories=["US"])


def test_the_same_partner_is_not_granted_the_same_twice(series, nova):
    make_grant(nova, series)

    with pytest.raises(GrantsCollide):
        make_grant(nova, series, modes=["ad"])


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"territories": ["CA"]},
        {"audio_languages": ["ja"], "subtitle_languages": ["ja"]},
        {"episodes": [11, 12]},
        {"from_at": NEXT_YEAR},
    ],
)
def test_exclusive_grants_stand_side_by_side_where_one_dimension_differs(series, nova, orbit, elsewhere):
    here = {"territories": ["US"], "subtitle_languages": ["es"], "episodes": range(1, 11), "until_at": NEXT_YEAR}
    make_grant(nova, series, exclusive=True, **here)
    make_grant(orbit, series, exclusive=True, **{**here, "until_at": None, **elsewhere})

    assert Grant.objects.count() == 2


def test_a_revoked_grant_stands_in_nobodys_way(series, nova, orbit, producer):
    make_grant(nova, series, exclusive=True).revoke(by=producer, why="never paid")
    make_grant(orbit, series, exclusive=True)

    assert [grant.partner for grant in Grant.objects.standing()] == [orbit]


def test_a_revocation_is_remembered_and_happens_once(series, nova, producer):
    grant = make_grant(nova, series)
    grant.revoke(by=producer, why="never paid")

    with pytest.raises(MovedOn):
        grant.revoke(by=producer)
    moves = Move.objects.filter(row_id=grant.pk).values_list("from_state", "to_state", "person", "why")
    assert list(moves) == [("granted", "revoked", producer.pk, "never paid")]


def test_granting_and_revoking_ask_for_a_relay(series, nova, producer):
    grant = make_grant(nova, series)
    asked = Job.objects.get(kind="relay", subject_id=series.pk)
    grant.revoke(by=producer)

    asked.refresh_from_db()
    assert (asked.state, asked.priority) == (Job.State.WAITING, 10)


@pytest.mark.parametrize(
    ("nothing", "sentence"),
    [
        ({"territories": []}, "at least one territory"),
        ({"audio_languages": []}, "at least one audio language"),
        ({"modes": []}, "at least one mode"),
        ({"episodes": []}, "at least one episode"),
        ({"until_at": LONG_AGO}, "ends before it starts"),
    ],
)
def test_a_grant_of_nothing_is_refused(series, nova, nothing, sentence):
    with pytest.raises(GrantsNothing, match=sentence):
        make_grant(nova, series, **nothing)


def test_the_database_itself_refuses_a_collision(series, nova, orbit):
    make_grant(nova, series, exclusive=True)
    standing = Grant.objects.get()

    with pytest.raises(IntegrityError, match="no_two_grants_collide"), transaction.atomic():
        Grant.objects.create(
            partner=orbit,
            partner_number=orbit.number,
            series=series,
            episodes=standing.episodes,
            territories=of_numbers([538]),
            audio_languages=["en"],
            subtitle_languages=[],
            languages=of_numbers([0]),
            term=standing.term,
        )


def test_a_grant_cannot_borrow_another_partners_number(series, nova, orbit):
    with pytest.raises(IntegrityError, match="grant_has_its_partners_number"), transaction.atomic():
        grant = make_grant(nova, series)
        Grant.objects.filter(pk=grant.pk).update(partner_number=orbit.number)


@pytest.mark.django_db(transaction=True)
def test_of_two_exclusive_grants_at_once_exactly_one_wins(lantern):
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title_en="The Secret Heiress")
        rivals = [Partner.objects.make(f"Partner {number}", f"partner-{number}") for number in range(6)]
    start = threading.Barrier(len(rivals))
    ends: list[str] = []

    def grant(partner):
        try:
            start.wait()
            with scope(lantern):
                make_grant(partner, series, exclusive=True)
            ends.append("granted")
        except GrantsCollide:
            ends.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=grant, args=[partner]) for partner in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["granted", *["refused"] * 5]


def test_a_term_without_an_end_collides_with_every_later_one(series, nova, orbit):
    make_grant(nova, series, exclusive=True)

    with pytest.raises(GrantsCollide):
        make_grant(orbit, series, from_at=NEXT_YEAR + timedelta(days=10_000))
