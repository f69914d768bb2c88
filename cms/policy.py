"""What a browser may do with our answers: the Content-Security-Policy, and abilities that no page of ours uses.

No answer may run an inline script without the nonce of its request, anywhere. Only the desk may evaluate strings:
unfold's Alpine is made of them. No page may be framed, and nothing is fetched from elsewhere but media from a bucket.
"""

import base64
import hashlib
import re
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.http import HttpRequest, HttpResponseBase

from cms.middleware import SCOPED

#: Abilities that a page would have by itself and that ours do not want, in case something foreign ever runs in one.
PERMISSIONS = ", ".join(
    f"{ability}=()"
    for ability in (
        *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
        *("magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
    )
)

Directives = dict[str, list[Any]]

#: For what no browser shows as a page: feed, playlists, pictures, scripts, styles.
FILES: Directives = {"default-src": [NONE], "base-uri": [NONE], "form-action": [NONE], "frame-ancestors": [NONE]}

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def pages(media_origins: list[str]) -> Directives:
    """The policy of every page. ``media_origins`` are where pictures, films and playlists may come from besides us."""
    return {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "worker-src": [SELF],  # hls.js
        # The page for troubles is rendered without a request at hand, so its style cannot know a nonce.
        "style-src": [SELF, NONCE, _digest_of_the_style_of_troubles()],
        "font-src": [SELF],
        "img-src": [SELF, "data:", *media_origins],  # arrows and check marks in unfold's style sheet are data
        "media-src": [SELF, "blob:", *media_origins],  # a film that hls.js puts together is a blob
        "connect-src": [SELF, *media_origins],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }


def desk(media_origins: list[str]) -> Directives:
    """The policy of pages under ``/admin/``: Alpine's attributes are evaluated."""
    common = pages(media_origins)
    return {**common, "script-src": [*common["script-src"], UNSAFE_EVAL]}


@cache
def _digest_of_the_style_of_troubles() -> str:
    page = (settings.BASE_DIR / "cms" / "templates" / "problem.html").read_text()
    styles = _STYLE.findall(page)
    digest = hashlib.sha256(styles[0].encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


class BrowserPolicy(CSPMiddleware):
    """Give every answer its policy: one for the desk, one for all other pages, the strictest for what is no page."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None:
            parts.config = self._fitting(request.path_info, response.headers.get("Content-Type", ""))
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return super().process_response(request, response)

    def _fitting(self, path: str, content_type: str) -> dict[str, Any]:
        if not content_type.startswith("text/html"):
            return FILES
        return self._desk if path.startswith(SCOPED) else self._pages

    @cached_property
    def _pages(self) -> Directives:
        return pages(media_origins())

    @cached_property
    def _desk(self) -> Directives:
        return desk(media_origins())


def media_origins() -> list[str]:
    """Where browsers are sent for media: to the bucket, as its storage writes addresses; nowhere for folders."""
    stores = [storages[alias] for alias in ("artwork", "packages")]
    addresses = [urlsplit(store.url("origin")) for store in stores if not isinstance(store, FileSystemStorage)]
    return sorted({f"{address.scheme}://{address.netloc}" for address in addresses})
