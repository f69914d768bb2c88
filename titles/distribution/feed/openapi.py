"""The OpenAPI document of the feed, made once per process."""

import json
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

_DESCRIPTION = (
    "Series and episodes that a studio released for you, within your rights. Follow /feed/v1/changes by its cursor "
    "and your copy ends up equal to what the studio says."
)


@lru_cache(maxsize=1)
def document() -> bytes:
    patterns = [path("feed/v1/", include("titles.distribution.feed.urls"))]
    return described(patterns, title="Octavo partner feed", description=_DESCRIPTION)


def described(patterns: list[Any], *, title: str, description: str) -> bytes:
    """The OpenAPI document of the views under ``patterns`` as JSON, the same whatever language is active."""
    with translation.override("en"):
        schema = SchemaGenerator(patterns=patterns).get_schema(public=True)
    schema["info"] |= {"title": title, "description": description}
    return json.dumps(schema, ensure_ascii=False).encode()


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Open to everybody: it describes the feed and says nothing of anybody's titles."""
    return HttpResponse(document(), content_type="application/json", headers={"Cache-Control": "public, max-age=300"})
