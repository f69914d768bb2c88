"""Series, episodes and people are found by any part of their texts, by an index, and never another studio's."""

import pytest
from django.db import connection

from benchmarks.inside.filling import fill, key, key_of
from cms.owner import as_owner
from studios.models import Studio
from studios.scope import scope
from titles.catalog.models import Episode, Person, Series

#: The names of columns: modeltranslation writes Indonesian as ``ind``.
LANGUAGES = ("en", "zh_hans", "es", "pt_br", "fr", "ja", "ind", "ar")


@pytest.fixture
def heiress(in_lantern):
    return Series.objects.create(
        slug="heiress", title_en="The Secret Heiress", title_zh_hans="豪门千金", title_ar="الوريثة السرية"
    )


@pytest.mark.parametrize("part", ["cret hei", "SECRET", "豪门千", "豪门", "豪", "الوريثة", "e"])
def test_a_series_is_found_by_any_part_of_its_title_in_any_language_and_case(heiress, part):
    assert list(Series.objects.containing(part)) == [heiress]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_series_episodes_and_people_is_searched(in_lantern, language):
    series = Series.objects.create(slug="one", **{f"title_{language}": "Marisol"})
    episode = Episode.objects.create(series=series, number=1, **{f"title_{language}": "Marisol"})
    person = Person.objects.create(**{f"name_{language}": "Marisol"})

    found = [rows.objects.containing("riso").get() for rows in (Series, Episode, Person)]

    assert found == [series, episode, person]


def test_a_part_does_not_run_from_one_language_into_the_next(in_lantern):
    Series.objects.create(slug="two", title_en="Night", title_zh_hans="夜")

    assert not Series.objects.containing("t夜").exists()


@pytest.mark.parametrize("wildcard", ["%", "_", "\\", "100%", "a_c", "\\%"])
def test_wildcards_stand_for_themselves(in_lantern, wildcard):
    Series.objects.create(slug="plain", title_en="1000 abc")
    literal = Series.objects.create(slug="literal", title_en=f"It is {wildcard} sure")

    assert list(Series.objects.containing(wildcard)) == [literal]


def test_a_zero_byte_is_in_no_title(heiress):
    assert not Series.objects.containing("Secret\0").exists()


@pytest.mark.parametrize("word", ["Marisol", "ari", "ol"])
def test_a_search_never_finds_another_studios_rows(lantern, harbor, word):
    for studio in (lantern, harbor):
        with scope(studio):
            series = Series.objects.create(slug="same", title_en=f"Marisol of {studio.name}")
            Episode.objects.create(series=series, number=1, title_en=f"Marisol of {studio.name}")
            Person.objects.create(name_en=f"Marisol of {studio.name}")

    with scope(lantern):
        ids = [_ids(function, word) for function in ("series", "episode", "person")]
        mine = [list(noun.objects.values_list("pk", flat=True)) for noun in (Series, Episode, Person)]

    assert ids == mine
    assert [len(each) for each in mine] == [1, 1, 1]


def _ids(noun, word):
    """What the function itself returns, before any policy looks at it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT octavo_catalog_{noun}_containing(%s)", [word])
        return [row[0] for row in cursor.fetchall()]


def test_functions_of_searches_run_for_app_alone_and_name_where_they_look(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosecdef, has_function_privilege('public', oid, 'execute'), proconfig[1]"
            " FROM pg_proc WHERE proname LIKE 'octavo\\_%%\\_containing' ORDER BY proname"
        )
        told = cursor.fetchall()

    names = ["catalog_episode", "catalog_person", "catalog_series", "localization_version", "media_master"]
    assert told == [(f"octavo_{name}_containing", True, False, "search_path=public, pg_temp") for name in names]


@pytest.mark.parametrize("noun", [Series, Episode, Person])
@pytest.mark.django_db(transaction=True)
def test_a_search_reads_the_index_of_its_texts(noun):
    _two_studios_with_many(noun)
    index = f"{noun._meta.db_table}_texts"

    with scope(key_of(Studio, 0)):
        before = _scans_of(index)
        found = noun.objects.containing("Marisol").count()
        scans = _scans_of(index) - before

    assert (found, scans) == (1, 1)


def _two_studios_with_many(noun):
    for number, name in enumerate(("Lantern", "Harbor")):
        with scope(key_of(Studio, number)):
            Studio.objects.create(id=key_of(Studio, number), name=name, slug=name.lower())
    field = "name" if noun is Person else "title"
    columns = {f"{field}_en": "CASE n / 2 WHEN 7 THEN 'Marisol ' ELSE 'Somebody ' END || n"}
    if noun is Series:
        columns["slug"] = "n::text"
    with as_owner():
        if noun is Episode:
            fill(Series, 2, studio="n", slug="'only'")
            columns |= {"series_id": key(Series, "n % 2"), "number": "1 + n / 2"}
        fill(noun, 6_000, studio="n % 2", **columns)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {noun._meta.db_table}")


def _scans_of(index):
    """How often this transaction has looked into ``index``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_numscans(%s::regclass)", [index])
        return cursor.fetchone()[0]


def test_an_episode_is_sought_by_its_title_its_series_or_its_number(heiress):
    will = Episode.objects.create(series=heiress, number=7, title_en="The will")
    twin = Episode.objects.create(series=heiress, number=12, title_en="The twin of 7")
    other = Episode.objects.create(series=Series.objects.create(slug="other", title_en="Other"), number=7)

    found = {word: set(Episode.objects.sought(word)) for word in ("will", "secret", "7", "12", "nobody")}

    assert found == {"will": {will}, "secret": {will, twin}, "7": {will, twin, other}, "12": {twin}, "nobody": set()}


def test_the_count_of_episodes_leaves_trailers_out(heiress):
    Episode.objects.create(series=heiress, number=1)
    Episode.objects.create(series=heiress, kind=Episode.Kind.TRAILER)

    assert Series.objects.with_episode_count().get().episode_count == 1
