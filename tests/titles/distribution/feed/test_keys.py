from datetime import timedelta

import pytest
from django.utils import timezone

from studios.scope import scope
from tests.titles.distribution.stories import Reader, make_grant, make_series, relay_at
from titles.distribution.models import Partner, PartnerKey
from titles.distribution.releasing import submit_series

ADDRESSES = ["changes", "series/{series}", "episodes/{episode}", "assets/{edition}"]


@pytest.fixture
def told(heiress):
    relay_at(heiress.series, timezone.now())
    return heiress


@pytest.fixture
def addresses(told, reader):
    edition = reader.get(f"episodes/{told.episodes[0].pk}").json()["cuts"][0]["edition"]["id"]
    names = {"series": told.series.pk, "episode": told.episodes[0].pk, "edition": edition}
    return [address.format(**names) for address in ADDRESSES]


def test_without_a_key_nothing_is_answered(client, addresses):
    answers = [client.get(f"/feed/v1/{address}") for address in addresses]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, "no_key")] * 4
    assert {answer["WWW-Authenticate"] for answer in answers} == {'Bearer realm="Octavo partner feed"'}


def test_a_key_with_another_secret_is_refused(lantern, reader):
    with scope(lantern):
        prefix = PartnerKey.objects.get().prefix
    answer = Reader(f"octavo_{prefix}_{'x' * 43}").get("changes")

    assert (answer.status_code, answer.json()) == (
        401,
        {"code": "bad_key", "detail": "This key is unknown, expired or revoked."},
    )


@pytest.mark.parametrize("key", ["", "nonsense", "octavo_", "octavo__", "octavo_000000000000_x", "octavo_a'b_c", "é"])
def test_what_is_no_key_is_refused(db, key):
    assert Reader(key).get("changes").status_code == 401


def test_a_revoked_and_an_expired_key_are_refused_like_an_unknown_one(lantern, reader):
    answers = []
    with scope(lantern):
        PartnerKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answers.append(reader.get("changes"))
    with scope(lantern):
        PartnerKey.objects.update(expires_at=None)
        PartnerKey.objects.get().revoke()
    answers.append(reader.get("changes"))

    unknown = Reader("octavo_000000000000_" + "x" * 43).get("changes")
    assert {answer.content for answer in [*answers, unknown]} == {unknown.content}


def test_two_keys_of_a_partner_work_side_by_side(lantern, nova, reader):
    another = Reader.of(lantern, nova)

    assert reader.get("changes").content == another.get("changes").content


def test_an_outsiders_key_finds_nothing_of_lantern(addresses, harbor):
    with scope(harbor):
        partner = Partner.objects.make("Nova Reels", "nova")
    outsider = Reader.of(harbor, partner)

    assert [outsider.get(address).status_code for address in addresses[1:]] == [404, 404, 404]
    assert outsider.follow() == []


def test_another_partner_of_the_studio_finds_only_what_it_was_granted(told, addresses):
    with scope(told.studio):
        orbit = Partner.objects.make("Orbit Shorts", "orbit")
    other = Reader.of(told.studio, orbit)

    assert [other.get(address).status_code for address in addresses[1:]] == [404, 404, 404]
    assert other.follow() == []


def test_a_key_of_harbor_reads_harbors_own_feed(told, harbor, outsider):
    with scope(harbor):
        series = make_series("tides", "Tides")
        partner = Partner.objects.make("Nova Reels", "nova")
        make_grant(partner, series)
        submit_series(series, by=None).approve(by=outsider)
    relay_at(series, timezone.now())

    assert [entry["body"]["titles"]["en"] for entry in Reader.of(harbor, partner).follow()] == ["Tides"]


@pytest.mark.parametrize("address", ["", "nonsense", "episodes/1", "series/", "snapshot"])
def test_an_address_that_is_none_is_refused_in_json(reader, address):
    answer = reader.get(address)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_the_feed_is_only_read(reader, verb):
    answer = getattr(reader.client, verb)("/feed/v1/changes")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_an_unknown_prefix_and_a_wrong_secret_go_the_same_way(lantern, reader, statements):
    with scope(lantern):
        prefix = PartnerKey.objects.get().prefix
    answers = [Reader(f"octavo_{each}_{'x' * 43}").get("changes") for each in (prefix, "0" * 12)]

    assert {(answer.status_code, answer.content, answer["WWW-Authenticate"]) for answer in answers} == {
        (401, answers[0].content, 'Bearer realm="Octavo partner feed"')
    }


@pytest.mark.parametrize(("scopes", "opened"), [(["feed"], [200, 200, 200, 403]), (["assets"], [403, 403, 403, 302])])
def test_a_key_opens_what_its_scopes_say(lantern, nova, addresses, scopes, opened):
    with scope(lantern):
        PartnerKey.objects.all().delete()
        key = Reader(PartnerKey.make(nova, scopes=scopes))

    answers = [key.get(address) for address in addresses]

    assert [answer.status_code for answer in answers] == opened
    assert {answer.json()["code"] for answer in answers if answer.status_code == 403} == {"scope"}
