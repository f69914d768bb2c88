import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation

from titles.catalog.models import Cut, Episode, Person, Series
from titles.catalog.texts import columns, in_every_language


@pytest.fixture
def heiress(in_lantern):
    return Series.objects.create(slug="heiress", title_en="Heiress", title_ja="令嬢", original_language="en")


def test_an_episode_needs_a_number(heiress):
    with pytest.raises(IntegrityError, match="only_episodes_have_numbers"), transaction.atomic():
        Episode.objects.create(series=heiress)


def test_a_trailer_has_no_number(heiress):
    with pytest.raises(IntegrityError, match="only_episodes_have_numbers"), transaction.atomic():
        Episode.objects.create(series=heiress, kind=Episode.Kind.TRAILER, number=1)


def test_a_number_is_taken_once_per_series(heiress):
    Episode.objects.create(series=heiress, number=1)

    with pytest.raises(IntegrityError, match="one_episode_per_number"), transaction.atomic():
        Episode.objects.create(series=heiress, number=1)


def test_two_episodes_can_swap_numbers_in_one_statement_and_keep_their_ids(heiress):
    first = Episode.objects.create(series=heiress, number=1)
    second = Episode.objects.create(series=heiress, number=2)

    Episode.objects.filter(series=heiress).update(number=3 - F("number"))

    assert list(Episode.objects.in_running_order().values_list("id", "number")) == [(second.pk, 1), (first.pk, 2)]


def test_what_has_no_number_comes_last(heiress):
    trailer = Episode.objects.create(series=heiress, kind=Episode.Kind.TRAILER)
    episode = Episode.objects.create(series=heiress, number=7)

    assert list(Episode.objects.in_running_order()) == [episode, trailer]


def test_the_default_cut_is_made_once(heiress):
    episode = Episode.objects.create(series=heiress, number=1)

    assert episode.default_cut() == episode.default_cut()
    assert Cut.objects.count() == 1


def test_an_alternate_cut_needs_a_name(heiress):
    episode = Episode.objects.create(series=heiress, number=1)

    with pytest.raises(IntegrityError, match="only_alternate_cuts_have_names"), transaction.atomic():
        Cut.objects.create(episode=episode, is_default=False)


def test_a_form_says_plainly_that_a_number_is_taken(heiress):
    Episode.objects.create(series=heiress, number=1)

    with pytest.raises(ValidationError) as refused:
        Episode(series=heiress, number=1).full_clean()

    assert refused.value.messages == ["This series already has an episode with this number."]


@pytest.mark.parametrize("active", ["en", "ja", "ar"])
def test_texts_are_given_in_every_language_whatever_language_is_active(heiress, active):
    with translation.override(active):
        texts = in_every_language(heiress, "title")

    assert texts == {"en": "Heiress", "ja": "令嬢"}


def test_texts_become_columns():
    assert columns("title", {"zh-hans": "千金", "id": "Pewaris"}) == {"title_zh_hans": "千金", "title_ind": "Pewaris"}


@pytest.mark.parametrize("rows", [1, 5])
def test_a_list_of_series_costs_one_statement_whatever_the_languages(in_lantern, statements, rows):
    for number in range(rows):
        Series.objects.create(slug=f"series-{number}", title_en=f"Series {number}")

    with translation.override("ja"), statements() as sent:
        titles = [series.title for series in Series.objects.order_by("title_en", "id")]

    assert (len(titles), len(sent)) == (rows, 1)


def test_names_of_people_exist_in_every_language(in_lantern):
    person = Person.objects.create(name_en="Lin Xia", name_zh_hans="林夏")

    assert in_every_language(person, "name") == {"en": "Lin Xia", "zh-Hans": "林夏"}
