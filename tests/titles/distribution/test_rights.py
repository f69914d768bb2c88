from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titles.distribution import rights
from titles.distribution.multiranges import numbers_in, of_numbers
from titles.distribution.rights import Right, UnknownLanguage, UnknownTerritory, allowed, live_until

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

instants = st.integers(-5, 5).map(lambda days: NOON + timedelta(days=days))
some = st.frozensets
rightful = st.builds(
    Right,
    territories=some(st.sampled_from(["US", "MX", "BR"]), min_size=1),
    audio_languages=some(st.sampled_from(["en", "ja"]), min_size=1),
    subtitle_languages=some(st.sampled_from(["es", "fr"])),
    modes=some(st.sampled_from(["coin", "ad"]), min_size=1),
    from_at=st.none() | instants,
    until_at=st.none() | instants,
)
grants = st.lists(rightful, max_size=6)


def triples(rights_):
    """Everything that these rights allow, one by one: an independent way to say it."""
    return {
        (territory, audio, subtitles, mode)
        for right in rights_
        for territory in right.territories
        for audio in right.audio_languages
        for subtitles in {None, *right.subtitle_languages}
        for mode in right.modes
    }


def test_the_numbers_of_languages_never_change():
    assert [rights.language_number(tag) for tag in ("en", "zh-Hans", "es", "pt-BR", "fr", "ja", "id", "ar")] == list(
        range(8)
    )
    assert [rights.language_number(tag) for tag in ("ko", "zh-Hant", "tr", "es-419", "zh")] == [8, 11, 13, 22, 78]


def test_every_territory_has_a_number_of_its_own():
    numbers = {rights.territory_number(code) for code in rights.TERRITORIES}

    assert (len(rights.TERRITORIES), len(numbers)) == (249, 249)


@given(st.frozensets(st.sampled_from(sorted(rights.TERRITORIES))))
def test_a_set_of_territories_survives_its_multirange(codes):
    stored = of_numbers(map(rights.territory_number, codes))

    assert {rights.territory_numbered(number) for number in numbers_in(stored)} == codes


@given(st.frozensets(st.sampled_from(rights.LANGUAGES)))
def test_a_set_of_languages_survives_its_multirange(tags):
    stored = of_numbers(map(rights.language_number, tags))

    assert {rights.LANGUAGES[number] for number in numbers_in(stored)} == tags


@pytest.mark.parametrize("code", ["UK", "us", "EU", "XX", "", "USA"])
def test_what_is_no_territory_is_refused_by_name(code):
    with pytest.raises(UnknownTerritory, match=f"“{code}”"):
        rights.territory_number(code)


def test_what_is_no_language_is_refused_by_name():
    with pytest.raises(UnknownLanguage, match="“klingon”"):
        rights.language_number("klingon")


@given(grants, instants)
def test_what_is_allowed_is_what_live_rights_say_together(given_rights, at):
    now = allowed(given_rights, at=at)

    live = [
        right
        for right in given_rights
        if (right.from_at or at) <= at and (right.until_at is None or at < right.until_at)
    ]
    assert list(now.rights) == live
    assert now.territories == {code for right in live for code in right.territories}
    assert now.audio_languages == {tag for right in live for tag in right.audio_languages}
    assert now.subtitle_languages == {tag for right in live for tag in right.subtitle_languages}
    assert now.modes == {mode for right in live for mode in right.modes}


@given(grants, instants, instants)
def test_until_its_end_nothing_that_was_allowed_is_lost(given_rights, at, later):
    now = allowed(given_rights, at=at)

    if later >= at and (now.until_at is None or later < now.until_at):
        assert triples(now.rights) <= triples(allowed(given_rights, at=later).rights)


@given(grants, instants)
def test_the_end_is_when_a_right_ends_that_no_other_takes_over(given_rights, at):
    now = allowed(given_rights, at=at)

    if now.until_at is not None:
        then = allowed(given_rights, at=now.until_at).rights
        assert any(not any(other.covers(right) for other in then) for right in now.rights)


@given(grants, instants)
def test_a_series_is_live_until_the_first_moment_without_any_right(given_rights, at):
    end = live_until(given_rights, at=at)

    if end is not None:
        assert not allowed(given_rights, at=end)
    moments = [right.until_at for right in given_rights if right.until_at and right.until_at > at]
    assert all(allowed(given_rights, at=moment) for moment in moments if end is None or moment < end)


def test_a_renewal_that_takes_over_in_time_ends_nothing():
    first = Right(frozenset({"US"}), frozenset({"en"}), frozenset(), frozenset({"coin"}), until_at=NOON)
    renewed = Right(frozenset({"US", "CA"}), frozenset({"en"}), frozenset(), frozenset({"coin"}), from_at=NOON)

    assert allowed([first, renewed], at=NOON - timedelta(days=1)).until_at is None


def test_a_window_holds_its_start_and_not_its_end():
    window = Right(
        frozenset({"US"}),
        frozenset({"en"}),
        frozenset(),
        frozenset({"coin"}),
        from_at=NOON,
        until_at=NOON + timedelta(hours=1),
    )

    assert [window.is_live(NOON), window.is_live(NOON + timedelta(hours=1))] == [True, False]
