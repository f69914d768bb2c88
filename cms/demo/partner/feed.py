"""A studio's feed over HTTP: one page of changes at a time, and whatever its bodies lead to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import Request, urlopen

TIMEOUT_S = 30


class Refused(Exception):
    """The studio answered with an error; the text is one plain sentence."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"The studio answered {status} ({code}): {detail}")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Answer:
    """``address`` is where the answer came from in the end, after redirects; ``status`` is 200, 206 or 304."""

    address: str
    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Page:
    """Some changes in the order in which to apply them, and the cursor to ask with next."""

    entries: list[dict[str, Any]]
    next_cursor: str
    has_more: bool
    etag: str


class Feed:
    """``address`` ends with ``/feed/v1``; ``key`` is the one that the studio gave us."""

    def __init__(self, address: str, key: str) -> None:
        self.address = address.rstrip("/")
        self._key = key

    def changes(self, cursor: str, *, etag: str = "") -> Page | None:
        """The page after ``cursor`` (empty: the first one); None where it still is what ``etag`` stands for.

        Raises Refused, OSError and http.client.HTTPException.
        """
        query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
        answer = self.get(f"{self.address}/changes{query}", {"If-None-Match": etag} if etag else {})
        if answer.status == 304:
            return None
        page = json.loads(answer.body)
        return Page(page["entries"], page["next_cursor"], page["has_more"], answer.headers.get("ETag", ""))

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> Answer:
        """What lies at ``address``, which may be relative to the feed's. Redirects are followed.

        The key is shown to the feed alone: never to where a redirect leads, nor to any other host.
        Raises Refused, OSError and http.client.HTTPException (also when the answer ends too early).
        """
        address = urljoin(self.address, address)
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(f"{address} is no web address.")
        request = Request(address, headers=dict(headers or {}))  # noqa: S310 - looked at above
        if address.startswith(f"{self.address}/"):
            request.add_unredirected_header("Authorization", f"Bearer {self._key}")
        try:
            with urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310 - looked at above
                return Answer(response.url, response.status, response.headers, response.read())
        except HTTPError as answer:
            with answer:
                if answer.status == 304:
                    return Answer(answer.url, 304, answer.headers, b"")
                raise _refused(answer) from None


def _refused(answer: HTTPError) -> Refused:
    """The feed explains itself in JSON; media addresses do so in plain text."""
    text = answer.read().decode("utf-8", "replace")
    try:
        error = json.loads(text)
        return Refused(answer.code, error["code"], error["detail"])
    except (ValueError, KeyError, TypeError):
        return Refused(answer.code, answer.reason, text[:200])
