"""The wire of uploads that go straight to the bucket: JSON to begin, an address for each part, and the end."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from studios.models import MovedOn
from titles.media.bucketstore import StoreAway
from titles.media.models import Upload
from titles.media.receiving import TooLarge
from titles.media.sniffing import NotFilm
from titles.media.uploads import bucket
from titles.media.uploads.arriving import NotThere, Over, WrongOffset
from titles.media.uploads.tus import Sender, refusal

_STATUSES: dict[type[Exception], int] = {
    NotThere: 404,
    WrongOffset: 409,
    MovedOn: 409,
    Over: 410,
    TooLarge: 413,
    NotFilm: 415,
    StoreAway: 503,
}


class NotAsked(Exception):
    """What was sent is not what a page of ours sends."""


def begin(request: HttpRequest, sender: Sender) -> HttpResponse:
    def begun() -> HttpResponse:
        told = _told(request)
        upload = bucket.begin(
            studio_id=sender.studio_id,
            person=sender.person,
            name=told["name"],
            size_bytes=told["size"],
            episode=told["episode"],
        )
        return JsonResponse(_facts(upload), status=201)

    return _answered(begun)


def parts(upload: Callable[[], Upload]) -> HttpResponse:
    """What is there already: a page that comes back sends the rest."""
    return _answered(lambda: JsonResponse(_facts(upload())))


def part(upload: Callable[[], Upload], number: int) -> HttpResponse:
    return _answered(lambda: JsonResponse({"address": bucket.address(upload(), number)}))


def finish(upload: Callable[[], Upload], sender: Sender) -> HttpResponse:
    def finished() -> HttpResponse:
        found = upload()
        if found.state == Upload.State.RECEIVING:
            bucket.finish(found, by=sender.person)
        return HttpResponse(status=204)

    return _answered(finished)


def _answered(verb: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return verb()
    except NotAsked:
        return refusal(400, _("This is not what a page of Octavo sends."))
    except tuple(_STATUSES) as reason:
        return refusal(next(status for kind, status in _STATUSES.items() if isinstance(reason, kind)), str(reason))


def _facts(upload: Upload) -> dict[str, Any]:
    return {
        "address": reverse("upload", args=[upload.studio_id, upload.pk]),
        "partBytes": bucket.part_bytes(upload.size_bytes),
        "there": bucket.arrived(upload) if upload.state == Upload.State.RECEIVING else {},
    }


def _told(request: HttpRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body)
        kinds = {"name": str, "size": int, "episode": str}
        if not all(type(told[key]) is kind for key, kind in kinds.items()) or told["size"] < 0 or "\0" in told["name"]:
            raise NotAsked
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotAsked from None
    return told
