"""Serving from a bucket: we answer text, with the bucket's own signed address of every stream inside.

Players read the streams from the bucket then, without one request more here. Redirecting them instead would work
for the streams alone: what a playlist refers to is resolved against the address that it was redirected to.
"""

import re
import time
from functools import lru_cache
from pathlib import PurePosixPath
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.files.storage import Storage
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect

from titles.media.playback import StoredFile
from titles.media.streams import STREAM

_TEXTS = {".json", ".m3u8", ".mpd", ".vtt"}
_REFERENCE = re.compile(r"(?:\.\./\.\./packages/(?P<digest>[0-9a-f]{64})/)?" + re.escape(STREAM))
# A signed address is used for this long by everybody whom this process serves, so that browsers recognize it.
_SAME_FOR_S = 600


def answer(stored: StoredFile, *, media_type: str) -> HttpResponseBase:
    """Answer with a text, or send the client to the bucket. Raises FileNotFoundError."""
    suffix = PurePosixPath(stored.name).suffix
    if suffix in _TEXTS:
        with stored.store.open(stored.name) as file:
            text = file.read().decode()
        response: HttpResponseBase = HttpResponse(with_signed_streams(text, stored), content_type=media_type)
    else:
        response = HttpResponseRedirect(_signed(stored.store, stored.name, _window()))
    response["Cache-Control"] = f"private, max-age={_SAME_FOR_S}"
    return response


def with_signed_streams(text: str, stored: StoredFile) -> str:
    """Return a playlist or manifest in which every stream is named by a signed address."""
    place = PurePosixPath(stored.name)
    if place.suffix not in {".m3u8", ".mpd"}:
        return text

    def signed(reference: re.Match[str]) -> str:
        folder = place.parent.parent.parent / "packages" / reference["digest"] if reference["digest"] else place.parent
        address = _signed(stored.store, str(folder / STREAM), _window())
        return escape(address) if place.suffix == ".mpd" else address

    return _REFERENCE.sub(signed, text)


def _window() -> int:
    return int(time.time()) // _SAME_FOR_S


@lru_cache(maxsize=4096)
def _signed(store: Storage, name: str, _window: int) -> str:
    """An address that works at least as long as ours do; the same one throughout a window of ten minutes."""
    return store.url(name, expire=int(settings.PLAYBACK_ADDRESS_LIVES_S) + _SAME_FOR_S)  # type: ignore[call-arg]
