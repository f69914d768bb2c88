"""The guide of the studio API names every address, scope and refusal that there is."""

import json
import re
from pathlib import Path

from cms.api.openapi import document
from studios.models import StudioKey

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text()


def test_every_address_is_in_the_guide():
    documented = {re.sub(r"<\w+>", "{series_id}", each) for each in re.findall(r"`GET (/api/v1/[^?`]+)", GUIDE)}

    assert documented == {*json.loads(document())["paths"], "/api/v1/openapi.json"}


def test_every_scope_is_in_the_guide():
    assert set(re.findall(r"^\| `(\w+)` \| [a-z]", GUIDE, re.MULTILINE)) == set(StudioKey.Scope.values)
