"""The OpenAPI document of the studio API, made once per process."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from titles.distribution.feed.openapi import described

_DESCRIPTION = "What a studio's own machines read with a key that an owner has made: titles, jobs, and the audit."


@lru_cache(maxsize=1)
def document() -> bytes:
    patterns = [path("api/v1/", include("cms.api.urls"))]
    return described(patterns, title="Octavo studio API", description=_DESCRIPTION)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Open to everybody: it describes the API and says nothing of anybody's titles."""
    return HttpResponse(document(), content_type="application/json", headers={"Cache-Control": "public, max-age=300"})
