"""Asking as somebody who must see nothing, and comparing what is answered for a foreign id and for one that is not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection, transaction
from django.test import Client

from studios.models import Studio
from studios.scope import scope
from tests.studios.sweep.stock import NAME

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: What is different in every answer: the token against forged requests, the nonce of its scripts, the hour.
_EACH_TIME = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(r"nonce[-=]['\"]?[A-Za-z0-9_+/=-]+"),
    re.compile(r'"csrfToken": "[^"]+"'),
    re.compile(r"X-CSRFToken[^}]*"),
)


_UNAUDITED = [
    "jobs_job",
    "studios_move",
    "studios_notice",
    "studios_personaltext",
    "distribution_feedentry",
    "distribution_attempt",
]
_LAST_CHANGE = "(SELECT max(id) FROM studios_change WHERE row_id <> %s)"
_WHOLE = "(SELECT md5(string_agg(row::text, '|')) FROM {} AS row)"
_PULSE = "SELECT " + ", ".join([_LAST_CHANGE, *map(_WHOLE.format, _UNAUDITED)])
NOBODYS = "00000000-0000-0000-0000-000000000000"


@dataclass
class Findings:
    """What a sweep found, and how much it asked."""

    asked: int = 0
    leaks: list[str] = field(default_factory=list)

    def note(self, leak: str) -> None:
        self.leaks.append(leak)


@dataclass
class Prober:
    """Somebody with a browser (or a key), and the marks that nothing that they are answered may contain."""

    who: str
    client: Client
    marked: Studio
    marks: set[str]
    found: Findings
    #: A text that they must not see: whoever works in the studio may see its name.
    word: str = NAME
    #: The row that they may end themselves: their own membership.
    own: str = NOBODYS
    #: Whether they also press what is not about a row: of one studio's people the owner does it for all.
    posts_everywhere: bool = False
    #: Ids that they have asked about: a message may repeat these later on.
    named: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cookies = dict(self.client.cookies.items())

    def ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        """One request. In its answer a mark that the person has not named, or a 5xx, is a leak.

        Whatever it changed is taken back: a question that signs out, or leaves a studio, does not spoil the next one.
        """
        self.found.asked += 1
        self.named |= set(_UUID.findall(f"{path} {data}"))
        self.client.cookies = SimpleCookie(self.cookies)
        response = self.client.get(path, data or {}) if method == "GET" else self._change(method, path, data)
        text = answer_of(response)
        if response.status_code >= 500 and path != "/readyz":
            self._note(method, path, data, f"answers {response.status_code}")
        if self.word in text.lower():
            place = text.lower().index(self.word)
            self._note(method, path, data, f"shows …{text[max(0, place - 60) : place + 40]!r}")
        shown = (set(_UUID.findall(text)) & self.marks) - self.named
        if shown:
            self._note(method, path, data, f"names {sorted(shown)[:3]}")
        return response

    def _change(self, method: str, path: str, data: dict[str, Any] | None) -> Any:
        start, calm = transaction.savepoint(), self.calm_pulse
        response = self.client.generic(method, path) if data is None else self.client.post(path, data)
        if self._pulse() != calm:
            self._note(method, path, data, "changes rows")
        transaction.savepoint_rollback(start)
        return response

    def compare(self, method: str, path: str, swap: dict[str, str], data: dict[str, Any] | None = None) -> None:
        """Ask for another studio's row and for one that never was: the answers are the same but for the ids.

        ``swap`` has the ids of the first question and what stands in their place in the second.
        """
        theirs = self.ask(method, path, data)
        nobodys = self.ask(method, _swapped(path, swap), _swapped_in(data, swap))
        ids = [*swap.keys(), *swap.values()]
        one, other = told(theirs, ids), told(nobodys, ids)
        if one != other:
            self._note(method, path, data, f"differs from a missing one: {_difference(one, other)}")

    @cached_property
    def calm_pulse(self) -> Any:
        """The pulse before this person's first question."""
        return self._pulse()

    def _pulse(self) -> Any:
        """What no change of the studio's rows leaves as it was: the audit, and what the audit does not record."""
        with scope(self.marked), connection.cursor() as cursor:
            cursor.execute(_PULSE, [self.own])
            return cursor.fetchone()

    def _note(self, method: str, path: str, data: Any, what: str) -> None:
        self.found.note(f"{self.who}: {method} {path} {data or ''} {what}")


def answer_of(response: Any) -> str:
    """Everything that the browser gets: head lines, cookies and body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    lines = [f"{name}: {value}" for name, value in response.items()]
    lines += [str(cookie) for cookie in response.cookies.values()]
    return "\n".join(lines) + "\n" + body.decode(errors="replace")


def told(response: Any, ids: Iterable[str]) -> tuple[int, str, str]:
    """An answer without what is different each time, and without the ids of the question."""
    body = "" if response.streaming else response.content.decode(errors="replace")
    for each in _EACH_TIME:
        body = each.sub("", body)
    nameless = {identity: "<id>" for identity in ids}
    return response.status_code, _swapped(response.get("Location", ""), nameless), _swapped(body, nameless)


def _swapped(text: str, swap: dict[str, str]) -> str:
    for old, new in swap.items():
        text = text.replace(old, new)
    return text


def _swapped_in(data: dict[str, Any] | None, swap: dict[str, str]) -> dict[str, Any] | None:
    return None if data is None else {name: swap.get(str(value), value) for name, value in data.items()}


def _difference(one: tuple[int, str, str], other: tuple[int, str, str]) -> str:
    if one[:2] != other[:2]:
        return f"{one[:2]} and {other[:2]}"
    place = next(
        (at for at, (a, b) in enumerate(zip(one[2], other[2], strict=False)) if a != b), min(len(one[2]), len(other[2]))
    )
    return f"…{one[2][max(0, place - 40) : place + 60]!r} and …{other[2][max(0, place - 40) : place + 60]!r}"
