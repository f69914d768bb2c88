"""What is each person's own: language, time zone, what the palette finds, which studio they work in."""

import pytest

from studios.models import Membership, User
from studios.roles import Role
from studios.scope import scope
from titles.catalog.models import Episode, Series

ZONED = {
    "en": "22 Nov 2026 20:03 CST",
    "zh-hans": "2026年11月22日 20:03 CST",
    "es": "22 Nov 2026 20:03 CST",
    "pt-br": "22 Nov 2026 20:03 CST",
    "fr": "22 Nov 2026 20:03 CST",
    "ja": "2026年11月22日 20:03 CST",
    "id": "22 Nov 2026 20:03 CST",
    "ar": "22 نوفمبر 2026 20:03 CST",
}


@pytest.mark.parametrize("language", ZONED)
def test_every_time_names_its_zone_in_every_language(lantern, desk, producer, language):
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title_en="The Heiress")
        Series.objects.filter(pk=series.pk).update(created_at="2026-11-22T12:03:00Z")
    User.objects.filter(pk=producer.pk).update(language=language, time_zone="Asia/Shanghai")
    producer.refresh_from_db()

    page = desk(producer).get("/admin/catalog/series/").content.decode()

    assert ZONED[language] in page


def test_a_page_is_in_the_persons_language_and_direction(desk, producer):
    User.objects.filter(pk=producer.pk).update(language="ar")

    page = desk(producer).get("/admin/")

    assert '<html lang="ar" dir="rtl"' in page.content.decode()
    assert page.headers["Content-Language"] == "ar"


def test_a_person_changes_their_own_settings(desk, producer):
    desk(producer).post("/admin/me/", {"name": "Pia P.", "language": "ja", "time_zone": "Asia/Tokyo"})

    producer.refresh_from_db()
    assert (producer.name, producer.language, producer.time_zone) == ("Pia P.", "ja", "Asia/Tokyo")


def test_the_settings_change_nothing_else(desk, producer):
    fields = {"name": "Pia", "language": "en", "time_zone": "UTC", "email": "x@example.org", "is_active": ""}

    desk(producer).post("/admin/me/", fields)

    producer.refresh_from_db()
    assert (producer.email, producer.is_active) == ("pia.producer@lantern.example", True)


def test_the_header_offers_another_studio_to_people_who_have_one(lantern, harbor, desk, producer, editor):
    with scope(harbor):
        Membership.objects.create(user=producer, roles=[Role.VIEWER])

    assert "Lantern: switch studio" in desk(producer).get("/admin/").content.decode()
    assert "switch studio" not in desk(editor).get("/admin/").content.decode()


def test_the_palette_finds_an_episode_by_three_words(lantern, desk, producer):
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title_en="The Secret Heiress", title_zh_hans="豪门千金")
        episode = Episode.objects.create(series=series, number=12, title_en="The Will")
    client = desk(producer)

    found = [client.get("/admin/search/", {"s": words}).content.decode() for words in ("hei 12", "豪门 12", "will")]

    assert [page.count(f"/admin/catalog/episode/{episode.pk}/change/") for page in found] == [1, 1, 1]


def test_the_palette_keeps_nothing_from_one_studio_to_the_next(lantern, harbor, desk, producer):
    with scope(lantern):
        Series.objects.create(slug="heiress", title_en="The Secret Heiress")
    with scope(harbor):
        Membership.objects.create(user=producer, roles=[Role.VIEWER])
    client = desk(producer)
    before = client.get("/admin/search/", {"s": "secret"}).content.decode()

    client.post("/studio/", {"studio": str(harbor.pk)})
    after = client.get("/admin/search/", {"s": "secret"}).content.decode()

    assert ("The Secret Heiress" in before, "The Secret Heiress" in after) == (True, False)


def test_the_palette_finds_pages_by_name(desk, producer):
    assert "/admin/distribution/delivery/" in desk(producer).get("/admin/search/", {"s": "deliv"}).content.decode()
