"""Serves playlists, manifests, subtitles, streams and pictures at signed addresses, by byte ranges."""

import hashlib
import os
from pathlib import PurePosixPath
from typing import BinaryIO

from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from titles.media import buckets, hls, playback, storing
from titles.media.bucketstore import StoreAway
from titles.media.ranges import OutOfRange, Slice, asked_slice

_PLAIN = "text/plain; charset=utf-8"
_TYPES = {
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mp4": "video/mp4",
    ".mpd": "application/dash+xml",
    ".vtt": "text/vtt; charset=utf-8",
}
# Whatever lies under an address never changes; only whoever holds the address may keep a copy.
_CACHING = "private, max-age=31536000, immutable"


@require_safe
def media(request: HttpRequest, token: str, path: str) -> HttpResponseBase:
    """Answer with a file of the store, or the part of it that was asked for."""
    try:
        stored = playback.opened(token, path)
        if not connection.in_atomic_block:
            connection.close()  # a slow viewer shall not hold it
        return _answer(request, stored)
    except playback.NotAllowed as reason:
        return HttpResponse(str(reason), status=403, content_type=_PLAIN)
    except (playback.NotThere, FileNotFoundError):
        return HttpResponse(_("There is no such file at this address."), status=404, content_type=_PLAIN)
    except StoreAway as reason:
        return HttpResponse(str(reason), status=503, content_type=_PLAIN, headers={"Retry-After": "30"})


def _answer(request: HttpRequest, stored: playback.StoredFile) -> HttpResponseBase:
    media_type = _TYPES.get(PurePosixPath(stored.name).suffix, "application/octet-stream")
    if stored.names_no_subtitles:
        return HttpResponse(_without_subtitles(stored), content_type=media_type, headers={"Cache-Control": "private"})
    path = storing.on_disk(stored.store, stored.name)
    if path is None:
        return buckets.answer(stored, media_type=media_type)
    response = _from_disk(request, path.open("rb"), stored.name)
    if response.status_code != 416:
        response["Content-Type"] = media_type
        response["Accept-Ranges"] = "bytes"
        response["Cache-Control"] = _CACHING
    return response


def _without_subtitles(stored: playback.StoredFile) -> str:
    with stored.store.open(stored.name) as file:
        playlist = hls.without_subtitles(file.read().decode())
    is_here = storing.on_disk(stored.store, stored.name) is not None
    return playlist if is_here else buckets.with_signed_streams(playlist, stored)


def _from_disk(request: HttpRequest, file: BinaryIO, name: str) -> HttpResponseBase:
    """The file, the part of it that was asked for, or only the word that the client has it already."""
    size = os.fstat(file.fileno()).st_size
    etag = f'"{hashlib.sha256(f"{name} {size}".encode()).hexdigest()[:32]}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = _content(request, file, size, etag)
    else:
        file.close()
    response["ETag"] = etag
    return response


def _content(request: HttpRequest, file: BinaryIO, size: int, etag: str) -> HttpResponseBase:
    """The whole file, or a part of the very file that the client has the beginning of (If-Range)."""
    header = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    try:
        part = asked_slice(header, size)
    except OutOfRange:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    wanted = part or Slice(0, size - 1)
    response = _bytes(file, wanted, request.method == "HEAD")
    response["Content-Length"] = str(wanted.length)
    if part is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    return response


def _bytes(file: BinaryIO, wanted: Slice, only_about: bool) -> HttpResponseBase:
    if only_about:
        file.close()
        return HttpResponse()
    file.seek(wanted.first)
    return _Streamed(_Part(file, wanted.length))


class _Streamed(FileResponse):
    block_size = 256 * 1024


class _Part:
    """The rest of ``file`` from where it stands, but at most ``length`` bytes.

    The descriptor is shown, so that a server may let the kernel send that many bytes from there.
    """

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        self._left = length
        self.fileno = file.fileno
        self.close = file.close

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(chunk)
        return chunk
