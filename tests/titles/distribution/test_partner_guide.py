"""docs/partners.md cannot rot: its examples have the keys that partners really get, and its numbers are ours."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as shipped
from django.utils import timezone
from rest_framework.exceptions import APIException

from cms.demo.partner.__main__ import Partner as Client
from cms.demo.partner.feed import Feed
from studios.scope import scope
from tests.titles.distribution.receiving import endpoint
from tests.titles.distribution.stories import relay_at
from titles.catalog.models import Episode
from titles.distribution.feed import refusals
from titles.distribution.feed.views import MOST_ENTRIES, USUAL_ENTRIES
from titles.distribution.models import Grant, Partner, Release
from titles.distribution.models.delivery import MOST_TRIES
from titles.distribution.tasks import deliver_packs
from titles.distribution.webhooks import MOST_ANSWER_BYTES, TIMEOUT_S, signed_headers
from titles.media.models import AudioTrack
from titles.media.parts import SubtitleKind

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "partners.md").read_text()
IN_ONE_LINE = " ".join(PAGE.split())
BY_LANGUAGE = {"titles", "synopses", "taglines", "names", "characters"}


def examples_in(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)\n```", PAGE, re.DOTALL)


def example_with(*names: str) -> dict[str, Any]:
    """The first JSON example that has all these keys."""
    documents = [json.loads(text) for text in examples_in("json")]
    return next(document for document in documents if document.keys() >= set(names))


def keys(value: Any, path: str = "") -> Iterator[str]:
    """The path of every key in ``value``; the languages of texts are not keys."""
    if isinstance(value, list):
        for each in value:
            yield from keys(each, f"{path}[]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}.{key}"
            if key not in BY_LANGUAGE:
                yield from keys(inner, f"{path}.{key}")


def all_keys(value: Any) -> list[str]:
    return sorted(set(keys(value)))


@pytest.fixture
def now() -> Any:
    return timezone.now()


@pytest.fixture
def entries(heiress, reader, desk, now) -> list[dict[str, Any]]:
    """The card, an episode, and one that was withdrawn."""
    relay_at(heiress.series, now)
    with scope(heiress.studio):
        Release.objects.get(episode=heiress.episodes[1]).withdraw(by=desk.reviewer, why="recast")
    relay_at(heiress.series, now + timedelta(seconds=1))
    return reader.follow()


@pytest.fixture
def delivered(heiress, now, tmp_path, settings) -> Iterator[tuple[Path, bytes]]:
    """The folder of a pack that a partner got, and the body of the webhook that came with it."""
    settings.PRIVATE_PARTNER_HOSTS, settings.DROPBOX_FOLDERS = ["127.0.0.1"], [tmp_path]
    with endpoint() as hooks:
        with scope(heiress.studio):
            Partner.objects.update(dropbox=tmp_path.as_uri(), webhook_url=hooks.address)
        relay_at(heiress.series, now)
        deliver_packs()
        yield next(tmp_path.rglob("_COMPLETE")).parent, hooks.got[0][0]


def test_every_json_example_parses():
    assert [type(json.loads(text)) for text in examples_in("json")] == [dict] * 7


@pytest.mark.parametrize("kind, own", [("series", "episode_count"), ("episode", "cuts")])
def test_the_body_has_the_keys_that_the_feed_serves(entries, kind, own):
    served = next(entry["body"] for entry in entries if entry["kind"] == kind and entry["body"])

    assert all_keys(example_with("kind", own)) == all_keys(served)


@pytest.mark.parametrize("operation", ["upsert", "delete"])
def test_the_entry_has_the_keys_that_the_feed_serves(entries, operation):
    documented = next(each for each in example_with("entries")["entries"] if each["operation"] == operation)
    served = next(entry for entry in entries if entry["operation"] == operation)

    assert sorted(documented) == sorted(served)


def test_the_page_has_the_keys_that_the_feed_serves(reader):
    assert sorted(example_with("entries")) == sorted(reader.get("changes").json())


def test_the_refusal_has_the_keys_that_the_feed_serves(reader):
    assert sorted(example_with("detail")) == sorted(reader.get("changes", cursor="mine").json())


def test_the_manifest_has_the_keys_of_a_real_one(delivered):
    folder, _body = delivered

    assert all_keys(example_with("files")) == all_keys(json.loads((folder / "manifest.json").read_text()))


def test_the_webhook_has_the_keys_of_a_real_one_in_the_same_spelling(delivered):
    _folder, body = delivered
    documented = next(text for text in examples_in("json") if "pack.delivered" in text)

    assert list(keys(json.loads(documented))) == list(keys(json.loads(body)))
    assert (": " in documented, b": " in body) == (False, False)


def test_the_report_has_the_keys_of_a_real_one(tmp_path):
    client = Client(
        Feed("http://127.0.0.1:9", "key"), secret="whsec_AAAA", dropbox=tmp_path, report_path=tmp_path / "r"
    )

    documented = example_with("entities")

    assert list(documented) == list(client.report())
    assert list(documented["checked"]) == list(client.report()["checked"])


def test_the_signature_is_the_one_of_the_example():
    headers = dict(re.findall(r"^(webhook-\w+): (.*)$", examples_in("http")[0], re.MULTILINE))
    body = next(text for text in examples_in("json") if "pack.delivered" in text)
    secret = re.search(r"^whsec_\S+$", PAGE, re.MULTILINE)

    signed = signed_headers(
        secret=secret[0],
        message_id=headers["webhook-id"],
        timestamp_s=int(headers["webhook-timestamp"]),
        body=body.encode(),
    )

    assert {name: signed[name] for name in headers} == headers


def test_every_refusal_is_in_the_table_with_its_status():
    table = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", PAGE, re.MULTILINE)
    ours = [each for each in vars(refusals).values() if isinstance(each, type) and each.__module__ == refusals.__name__]

    assert sorted(table) == sorted(
        (str(each.status_code), each.default_code) for each in ours if issubclass(each, APIException)
    )


def test_the_schedule_is_that_of_the_jobs():
    pauses_s = [shipped.JOB_RETRY_FIRST_S * 2**before for before in range(MOST_TRIES - 1)]
    last = re.findall(r"^\| (\d+) \| \S+ \w+ \| (\S+) days \|", PAGE, re.MULTILINE)[-1]

    assert (
        f"There are {MOST_TRIES} tries in all. The pause after the first one is {pauses_s[0]:g} seconds" in IN_ONE_LINE
    )
    assert last == (str(len(pauses_s)), f"{sum(pauses_s) / 86_400:.1f}")


@pytest.mark.parametrize(
    "sentence",
    [
        f"Answer within {TIMEOUT_S:g} seconds",
        f"(the first {MOST_ANSWER_BYTES} bytes)",
        f"**Limit** is {USUAL_ENTRIES} unless you say otherwise, and {MOST_ENTRIES} at most.",
    ],
)
def test_its_numbers_are_ours(sentence):
    assert sentence in IN_ONE_LINE


@pytest.mark.parametrize(
    "words",
    [Episode.Kind.values, Grant.Mode.values, AudioTrack.Role.values, [kind.value for kind in SubtitleKind]],
    ids=["kinds of episodes", "modes", "roles of sound", "kinds of subtitles"],
)
def test_it_names_every_word_of_the_bodies(words):
    assert [word for word in words if f"`{word}`" not in IN_ONE_LINE] == []
