"""The wire: tus 1.0 with creation, creation-with-upload, expiration, checksum and termination.

Who asks, and in which studio, was found out before (cms.views.uploads); what happens to bytes and rows is said in
``arriving``. Here are only methods, headers and status codes. https://tus.io/protocols/resumable-upload
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from studios.models import MovedOn
from titles.media.models.upload import Held, LostHold, State, Upload
from titles.media.receiving import NoRoom, TooLarge
from titles.media.sniffing import NotFilm
from titles.media.uploads import arriving, bucket, headers
from titles.media.uploads.arriving import NotThere, Over, WrongChecksum, WrongOffset
from titles.media.uploads.bodies import Body
from titles.media.uploads.headers import BadHeader

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
BYTES = "application/offset+octet-stream"
_CHECKSUM_MISMATCH = 460
_RETRY_AFTER_S = 3

#: What became of a request that did not work out, by what was raised.
_STATUSES: dict[type[Exception], int] = {
    BadHeader: 400,
    NotThere: 404,
    WrongOffset: 409,
    MovedOn: 409,
    Over: 410,
    TooLarge: 413,
    NotFilm: 415,
    Held: 423,
    LostHold: 423,
    WrongChecksum: _CHECKSUM_MISMATCH,
    NoRoom: 507,
}


@dataclass(frozen=True)
class Sender:
    """Whoever asks, and where they work: both were checked."""

    person: Any
    studio_id: UUID


def uploads(request: HttpRequest, sender: Sender) -> HttpResponse:
    """The address at which uploads begin."""
    body = Body(request.META)
    return _answer(request, body, {"OPTIONS": _options, "POST": lambda: _create(request, sender, body)})


def upload(request: HttpRequest, sender: Sender, upload_id: UUID) -> HttpResponse:
    """The address of one upload."""
    body = Body(request.META)

    def found() -> Upload:
        return arriving.find(sender.studio_id, upload_id, sender.person)

    return _answer(
        request,
        body,
        {
            "OPTIONS": _options,
            "HEAD": lambda: _tell(found()),
            "PATCH": lambda: _go_on(request, sender, found(), body),
            "DELETE": lambda: _end(sender, found()),
        },
    )


def refusal(status: int, sentence: str) -> HttpResponse:
    """A plain sentence, as every refusal here is."""
    response = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    response["Tus-Resumable"] = VERSION
    if status == _CHECKSUM_MISMATCH:
        response.reason_phrase = "Checksum Mismatch"
    if status in {423, 503}:
        response["Retry-After"] = str(_RETRY_AFTER_S)
    return response


def _answer(request: HttpRequest, body: Body, verbs: dict[str, Callable[[], HttpResponse]]) -> HttpResponse:
    method = _method(request)
    if method not in verbs:
        response = refusal(405, _("This address does not take %s.") % method)
        response["Allow"] = ", ".join(verbs)
        return response
    if method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        response = refusal(412, _("Say Tus-Resumable: %s.") % VERSION)
        response["Tus-Version"] = VERSION
        return response
    try:
        response = verbs[method]()
    except tuple(_STATUSES) as reason:
        body.listen_on()
        return refusal(_STATUSES[type(reason)], str(reason))
    response["Tus-Resumable"] = VERSION
    return response


def _method(request: HttpRequest) -> str:
    """Some clients can only POST, and say what they mean; nothing else may stand for another method."""
    method = request.method or ""
    return request.headers.get("X-HTTP-Method-Override", method).upper() if method == "POST" else method


def _options() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.MASTER_MOST_BYTES),
            "Tus-Checksum-Algorithm": ",".join(headers.ALGORITHMS),
        },
    )


def _create(request: HttpRequest, sender: Sender, body: Body) -> HttpResponse:
    size_bytes = headers.number("Upload-Length", request.headers.get("Upload-Length"))
    told = request.headers.get("Upload-Metadata", "")
    words, checksum = headers.metadata(told), _checksum(request)
    is_with_upload = not body.is_empty() and request.content_type == BYTES
    made = arriving.begin(
        studio_id=sender.studio_id,
        person=sender.person,
        name=words.get("filename") or words.get("name", ""),
        size_bytes=size_bytes,
        episode=words.get("episode", ""),
        metadata=told,
    )
    response = HttpResponse(status=201)
    response["Location"] = reverse("upload", args=[sender.studio_id, made.pk])
    if is_with_upload:
        made = arriving.go_on(made, body.pieces(), at_bytes=0, by=sender.person, checksum=checksum)
        response["Upload-Offset"] = str(made.offset_bytes)
    return _with_expiry(response, made)


def _tell(found: Upload) -> HttpResponse:
    response = HttpResponse(headers={"Cache-Control": "no-store"})
    response["Upload-Offset"] = str(found.offset_bytes)
    response["Upload-Length"] = str(found.size_bytes)
    if found.metadata:
        response["Upload-Metadata"] = found.metadata
    return _with_expiry(response, found)


def _go_on(request: HttpRequest, sender: Sender, found: Upload, body: Body) -> HttpResponse:
    if request.content_type != BYTES:
        return refusal(415, _("Send the bytes as %s.") % BYTES)
    if found.multipart:
        raise WrongOffset(_("This file goes to the bucket in parts."))
    at_bytes = headers.number("Upload-Offset", request.headers.get("Upload-Offset"))
    if body.length_bytes is not None and at_bytes + body.length_bytes > found.size_bytes:
        raise TooLarge(_("More would be sent than the upload was said to be long."))
    checksum = _checksum(request)
    written = arriving.go_on(found, body.pieces(), at_bytes=at_bytes, by=sender.person, checksum=checksum)
    if body.is_short:
        return refusal(400, _("The request broke off; what has arrived is kept."))
    response = HttpResponse(status=204)
    response["Upload-Offset"] = str(written.offset_bytes)
    return _with_expiry(response, written)


def _checksum(request: HttpRequest) -> headers.Checksum | None:
    return headers.checksum(request.headers.get("Upload-Checksum"))


def _end(sender: Sender, found: Upload) -> HttpResponse:
    if found.multipart:
        bucket.end(found, by=sender.person)
    else:
        arriving.end(found, by=sender.person)
    return HttpResponse(status=204)


def _with_expiry(response: HttpResponse, found: Upload) -> HttpResponse:
    if found.state == State.RECEIVING:
        response["Upload-Expires"] = http_date(found.expires_at.timestamp())
    return response
