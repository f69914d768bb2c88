"""The command palette finds titles by a few words, in the studio of the scope alone."""

import pytest

from studios.scope import scope
from titles.catalog.models import Episode, Series
from titles.seasons.finding import find


@pytest.fixture
def heiress(in_lantern):
    return Series.objects.create(slug="heiress", title_en="The Secret Heiress", title_ja="令嬢の秘密")


@pytest.mark.parametrize("text", ["heir", "secret heir", "令嬢", "嬢"])
def test_a_series_is_found_by_parts_of_its_title(heiress, text):
    assert find(text) == [heiress]


@pytest.mark.parametrize("text", ["secret nobody", "%", "_"])
def test_every_word_must_stand_in_the_title_as_it_is_written(heiress, text):
    assert find(text) == []


def test_a_number_is_the_episode_of_the_series_that_the_words_name(heiress):
    twelfth = Episode.objects.create(series=heiress, number=12)
    Episode.objects.create(series=heiress, number=13)
    Episode.objects.create(series=Series.objects.create(slug="other", title_en="Other"), number=12)

    assert find("heir 12") == [twelfth, heiress]


def test_a_number_alone_is_that_episode_of_every_series(heiress):
    first = Episode.objects.create(series=Series.objects.create(slug="a", title_en="A"), number=12)
    second = Episode.objects.create(series=heiress, number=12)

    assert find("12") == [first, second]


def test_an_episode_is_found_by_its_own_title(heiress):
    will = Episode.objects.create(series=heiress, number=1, title_en="The will")

    assert find("will") == [will]


def test_an_outsider_finds_nothing(lantern, harbor):
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title_en="The Secret Heiress")
        Episode.objects.create(series=series, number=12, title_en="The heir")

    with scope(harbor):
        found = [find(text) for text in ("heir", "heir 12", "12")]

    assert found == [[], [], []]
