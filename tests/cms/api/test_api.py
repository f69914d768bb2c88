"""The studio API: what a studio's own machines read, with the scopes of their key and nothing else."""

import json

import pytest
from django.test import Client

from studios.models import StudioKey
from studios.scope import scope
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Series, Tag
from titles.distribution.models import Partner
from titles.jobs.models import Job

ADDRESSES = ["series", "series/{series}", "series/{series}/episodes", "jobs", "history"]


class Machine:
    """Reads /api/v1/ with a key."""

    def __init__(self, key):
        self.client = Client(headers={"authorization": f"Bearer {key}"})

    def get(self, address, **headers):
        return self.client.get(f"/api/v1/{address}", headers=headers)

    def items(self, address):
        """All items of a list, page by page."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.get(f"{address}{'&' if '?' in address else '?'}cursor={cursor}").json()
            found += page["items"]
            cursor = page["next_cursor"]
        return found


@pytest.fixture
def machine(lantern, owner):
    """``machine("catalog")`` has a key with these scopes."""

    def with_scopes(*scopes):
        with scope(lantern, person=owner):
            return Machine(StudioKey.make("reporting", scopes=list(scopes), by=owner))

    return with_scopes


@pytest.fixture
def series(lantern, producer):
    with scope(lantern, person=producer, door="admin"):
        series = make_series("heiress", "The Secret Heiress")
        for number in (1, 2, 3):
            make_episode(series, number)
        Job.enqueue("relay", series, by=producer)
        return series


def addresses(series):
    return [address.format(series=series.pk) for address in ADDRESSES]


def test_a_series_is_told_in_every_language_with_its_named_fields(machine, series):
    (told,) = machine("catalog").items("series")

    assert told["titles"] == {"en": "The Secret Heiress", "es": "La heredera secreta"}
    assert list(told) == sorted(
        [
            "id",
            "slug",
            "titles",
            "taglines",
            "synopses",
            "franchise",
            "season_number",
            "original_language",
            "planned_episodes",
            "created_at",
        ]
    )
    assert machine("catalog").get(f"series/{series.pk}").json() == told


def test_lists_are_read_page_by_page(machine, series):
    reader = machine("catalog")

    first = reader.get(f"series/{series.pk}/episodes?limit=2").json()
    rest = reader.get(f"series/{series.pk}/episodes?limit=2&cursor={first['next_cursor']}").json()

    assert [each["number"] for each in first["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next_cursor"] is None


def test_a_page_has_a_hundred_items_at_most(machine, lantern):
    with scope(lantern):
        Series.objects.bulk_create(Series(slug=f"s{place}", title_en="S") for place in range(120))

    assert len(machine("catalog").get("series?limit=5000").json()["items"]) == 100


def test_jobs_are_told(machine, series):
    told = machine("jobs").items("jobs")

    assert [each["subject_id"] for each in told if each["kind"] == "relay"] == [str(series.pk)]


def test_history_tells_changes_and_moves_newest_first(machine, lantern, series, producer):
    with scope(lantern, person=producer, door="admin"):
        Series.objects.update(franchise="F")

    newest, *_older = machine("history").items(f"history?row_id={series.pk}&limit=1")

    assert (newest["operation"], newest["person_id"], newest["door"]) == ("update", str(producer.pk), "admin")
    assert (newest["before"], newest["after"]) == ({"franchise": ""}, {"franchise": "F"})


def test_history_is_read_to_its_end_without_a_gap(machine, lantern):
    with scope(lantern):
        Tag.objects.bulk_create(Tag(slug=f"t{place}", kind="trope") for place in range(5))

    told = machine("history").items("history?noun=catalog.tag&limit=2")

    assert len({each["row_id"] for each in told}) == len(told) == 5


@pytest.mark.parametrize(
    ("granted", "opened"),
    [("catalog", [200, 200, 200, 403, 403]), ("jobs", [403] * 3 + [200, 403]), ("history", [403] * 4 + [200])],
)
def test_a_key_opens_what_its_scopes_say(machine, series, granted, opened):
    reader = machine(granted)
    answers = [reader.get(address) for address in addresses(series)]

    assert [answer.status_code for answer in answers] == opened
    assert {answer.json()["code"] for answer in answers if answer.status_code == 403} == {"scope"}


def test_without_a_good_key_nothing_is_answered(client, series, lantern, owner):
    with scope(lantern):
        key = StudioKey.make("x", scopes=StudioKey.Scope.values, by=owner)
        StudioKey.objects.get().revoke()
    form, prefix, _secret = key.split("_", 2)
    refused = {Machine(each).get("series").content for each in (key, f"{form}_{prefix}_x", f"{form}_{'0' * 12}_x")}

    assert client.get("/api/v1/series").json()["code"] == "no_key"
    assert [json.loads(each)["code"] for each in refused] == ["bad_key"]


def test_a_partners_key_opens_no_studio_api(client, lantern):
    assert Machine("octavo_000000000000_x").get("series").status_code == 401


def test_another_studio_finds_nothing_of_it(series, harbor, outsider):
    with scope(harbor):
        reader = Machine(StudioKey.make("x", scopes=StudioKey.Scope.values, by=outsider))

    missing = "01939f3c-7a10-7c3e-9d6a-0c2f4b8e1a01"
    for address in ("series/{}", "series/{}/episodes"):
        foreign, nothing = (reader.get(address.format(each)) for each in (series.pk, missing))
        assert (foreign.status_code, foreign.content) == (404, nothing.content)
    assert reader.items("series") == reader.items(f"history?row_id={series.pk}") == []


def test_a_cursor_is_good_for_one_list_of_one_studio(machine, series, harbor, outsider):
    reader = machine(*StudioKey.Scope.values)
    cursor = reader.get(f"series/{series.pk}/episodes?limit=1").json()["next_cursor"]
    with scope(harbor):
        stranger = Machine(StudioKey.make("x", scopes=StudioKey.Scope.values, by=outsider))

    answers = [each.get(f"{listed}?cursor={cursor}") for each in (reader, stranger) for listed in ("series", "history")]
    answers.append(reader.get(f"series/{series.pk}/episodes?cursor={cursor}x"))

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(400, "bad_cursor")] * 5


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(machine, series, method):
    reader = machine(*StudioKey.Scope.values)
    answers = [getattr(reader.client, method)(f"/api/v1/{address}") for address in addresses(series)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(405, "method_not_allowed")] * 5


@pytest.mark.parametrize("address", ["", "users", "series/x", "series/x/y", "history/1"])
def test_any_other_address_is_refused_in_json(machine, address):
    answer = machine("catalog").get(address)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("address", "code"),
    [("series?limit=0", "bad_limit"), ("history?row_id=x", "bad_filter"), ("jobs?cursor=x", "bad_cursor")],
)
def test_what_is_asked_wrongly_is_said(machine, address, code):
    answer = machine(*StudioKey.Scope.values).get(address)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_what_is_known_is_not_sent_again(machine, series):
    reader = machine("catalog")
    etag = reader.get("series")["ETag"]

    assert reader.get("series", if_none_match=etag).status_code == 304


def test_every_use_of_a_key_is_noted_and_leaves_no_change(machine, lantern, series):
    reader = machine("catalog", "history")
    reader.get("series")

    with scope(lantern):
        key = StudioKey.objects.get()
    assert key.last_used_at is not None
    assert [each["operation"] for each in reader.items(f"history?row_id={key.pk}")] == ["insert"]


def test_no_secret_is_told_in_history(machine, lantern):
    reader = machine("history")

    told = reader.items("history?noun=studios.studiokey")

    assert [each["after"]["secret_hash"] for each in told] == ["secret"]


def test_an_address_is_told_in_history_without_the_secrets_in_it(machine, lantern):
    reader = machine("history")
    with scope(lantern):
        Partner.objects.make("Nova Reels", "nova", webhook_url="https://me:unspoken@nova.example/in?token=hidden")

    (told,) = reader.items("history?noun=distribution.partner")

    assert told["after"]["webhook_url"] == "https://nova.example/in"


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_takes_as_many_statements_for_few_rows_as_for_many(machine, lantern, statements, rows):
    with scope(lantern):
        Series.objects.bulk_create(Series(slug=f"s{place}", title_en="S") for place in range(rows))
    reader = machine("catalog")
    reader.get("series")

    with statements() as sent:
        reader.get("series")

    assert len(sent) == 3  # the studio of the key, the key, the rows


def test_the_document_describes_every_address(client):
    document = json.loads(client.get("/api/v1/openapi.json").content)

    assert sorted(document["paths"]) == [
        "/api/v1/history",
        "/api/v1/jobs",
        "/api/v1/series",
        "/api/v1/series/{series_id}",
        "/api/v1/series/{series_id}/episodes",
    ]
    assert {tuple(path["get"]["tags"]) for path in document["paths"].values()} == {("studio",)}
    assert document["components"]["securitySchemes"].keys() == {"studioKey"}
