import json

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from studios.scope import scope
from tests.titles.distribution.stories import make_episode, relay_at
from titles.distribution.feed import examples
from titles.distribution.models import Release

NOW = timezone.now()


@pytest.fixture
def document(client):
    return client.get("/feed/v1/openapi.json").json()


def shape(document, name):
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def test_the_document_lists_every_address_and_its_key(document):
    assert sorted(document["paths"]) == [
        "/feed/v1/assets/{asset_id}",
        "/feed/v1/changes",
        "/feed/v1/episodes/{subject_id}",
        "/feed/v1/series/{subject_id}",
    ]
    assert all(path["get"]["security"] == [{"partnerKey": []}] for path in document["paths"].values())
    assert document["components"]["securitySchemes"]["partnerKey"]["scheme"] == "bearer"


def test_the_examples_have_the_shapes_that_the_document_gives(document):
    assert list(shape(document, "Page").iter_errors(examples.PAGE)) == []


def test_what_is_really_served_has_the_shapes_that_the_document_gives(document, heiress, desk, reader, producer):
    with scope(heiress.studio):
        desk.release(make_episode(heiress.series, None, kind="trailer"))
    relay_at(heiress.series, NOW)
    with scope(heiress.studio):
        Release.objects.get(episode=heiress.episodes[0]).withdraw(by=producer, why="wrong master")
    relay_at(heiress.series, NOW)
    page = reader.get("changes").json()

    assert [entry["operation"] for entry in page["entries"]] == ["upsert", "upsert", "upsert", "delete"]
    assert list(shape(document, "Page").iter_errors(page)) == []


def test_a_refusal_has_the_shape_that_the_document_gives(document, client, db):
    assert list(shape(document, "Refusal").iter_errors(client.get("/feed/v1/changes").json())) == []


@pytest.mark.parametrize("leave_out", ["id", "cuts", "rights", "titles"])
def test_the_shapes_tell_a_broken_body_from_a_whole_one(document, leave_out):
    broken = {key: value for key, value in examples.EPISODE.items() if key != leave_out}

    assert not shape(document, "Episode").is_valid(broken)


def test_the_document_does_not_depend_on_the_language_that_is_asked_for(client):
    answers = {client.get("/feed/v1/openapi.json", headers={"accept-language": each}).content for each in ("en", "fr")}

    assert len(answers) == 1


def test_the_document_says_nothing_of_any_studio(client, heiress):
    assert "Lantern" not in json.dumps(client.get("/feed/v1/openapi.json").json())
