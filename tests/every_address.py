"""Every address that the resolver knows, with a row behind it: a test that visits them all cannot forget a new one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from studios.keys import new_id
from studios.models import User
from studios.scope import scope

# The rows of an admin are found by the model in its addresses.
_OF_A_ROW = re.compile(r"^admin/(?P<app>[a-z_]+)/(?P<model>[a-z_]+)/")


#: For arguments that are no row of an admin and no id: most belong to addresses that answer to a button alone.
ANY: dict[str, Any] = {
    "app_label": "catalog",
    "board_verb": "retry",
    "conforming_id": new_id(),
    "content_type_id": "1",
    "format": "srt",
    "job_id": new_id(),
    "key": "set-password",
    "note_verb": "resolve",
    "number": 1,
    "part": "work",
    "path": "editions/x/master.m3u8",
    "secret": "spent",
    "token": "altered",
    "uidb36": "1",
    "verb": "approve",
    "what": "master",
    "where": "back",
}


class NoVisit(AssertionError):
    """An address that is registered and that nobody has said how to visit."""


@dataclass(frozen=True)
class Address:
    """One leaf of the resolver: its pattern as it is written, and as text with a place for each argument."""

    pattern: str
    text: str
    arguments: tuple[str, ...]

    def path(self, values: dict[str, Any]) -> str:
        """Where it is, with ``values`` for its arguments. Raises NoVisit where one is missing."""
        missing = [name for name in self.arguments if values.get(name) is None]
        if missing:
            raise NoVisit(f"no visit for {self.pattern}: nothing stands for {' and '.join(missing)}")
        return "/" + self.text % values


def every_address() -> list[Address]:
    return [Address(pattern, *normalize(regex)[0]) for pattern, regex in _leaves(get_resolver(), "", "")]


def _leaves(resolver: URLResolver, pattern: str, regex: str) -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        whole = pattern + str(each.pattern)
        expression = regex + each.pattern.regex.pattern.removeprefix("^")
        if isinstance(each, URLPattern):
            yield whole, expression
        else:
            yield from _leaves(each, whole, expression)


def values_for(address: Address, person: User, named: Mapping[str, Any] = ANY) -> dict[str, Any]:
    """What stands for the arguments: the newest row of its model, else what ``named`` has, else a strange id."""
    values = {name: named.get(name, new_id() if name.endswith("_id") else None) for name in address.arguments}
    of_a_row = _OF_A_ROW.match(address.pattern)
    if "object_id" in values and of_a_row:
        values["object_id"] = _newest(of_a_row["app"], of_a_row["model"], person)
    if "series_id" in values:
        values["series_id"] = _newest("catalog", "series", person)
    return values


def _newest(app: str, model: str, person: User) -> Any:
    with scope(person.studio_ids()[0], person=person):
        return apps.get_model(app, model)._base_manager.order_by("-pk").values_list("pk", flat=True).first()


#: Addresses at which nobody finds a page, and why. They may redirect or refuse; what answers with a page is visited.
NO_PAGE = {
    r"": "leads to the desk; the form of an empty installation has a test of its own",
    r"no-studio/": "for people who work nowhere; it has a test of its own",
    r"account/mfa/recovery-codes/download/": "a file, for once only",
    r"account/password/set/": "everybody has a password",
    r"account/mfa/webauthn/login/": "answers to a script",
    r"account/mfa/webauthn/reauthenticate/": "answers to a script",
    r"admin/(login|password_change|password_change/done)/": "leads to the page of the account",
    r"admin/autocomplete/": "answers to a field of a form",
    r"admin/catalog/episode/<uuid:object_id>/download/<slug:what>/": "leads to the file",
    r"admin/catalog/series/<uuid:object_id>/upload/(names|episodes|standing)/": "answers to a script",
    r"uploads/<uuid:studio_id>/(<uuid:upload_id>/)?(whole/|parts/(<int:number>/)?)?": "answers to programs that upload",
    r"admin/leaving/exports/<uuid:job_id>/": "leads to the file",
    r"admin/media/picturenote/<path:object_id>/change/": "leads to its frame on the episode's page",
    r"admin/r/.*": "no noun has an address outside the desk",
    r"admin/(auth|account|axes|mfa|usersessions)/.*": "nobody may open it",
    r"admin/studios/studio/": "leads to the one studio",
    r"admin/\w+/\w+/<path:object_id>/": "leads to the row's page",
    r"admin/\w+/\w+/(add|<path:object_id>/delete)/": "some rows are made, or kept, by verbs and machines alone",
    r"admin/studios/(change|move)/<path:object_id>/(change|history)/": "leads back to the list",
    r"admin/studios/(change|move)/<uuid:object_id>/do/<slug:verb>/": "these rows have numbers",
}
_ELSEWHERE = {301, 302, 403, 404}


def visit(
    address: Address, person: User, people: dict[str, Client], named: Mapping[str, Any] = ANY
) -> tuple[str, str] | None:
    """Which of ``people`` gets a page at ``address``, and its path with ids of ``person``'s studio; None for no page.

    Raises NoVisit for an address that shows nobody a page and has no entry in NO_PAGE.
    """
    is_known = any(re.fullmatch(pattern, address.pattern) for pattern in NO_PAGE)
    try:
        path = address.path(values_for(address, person, named))
    except NoVisit:
        if is_known:
            return None
        raise
    statuses = {}
    for name, client in people.items():
        response = client.get(path)
        statuses[name] = response.status_code
        if not response.headers.get("Content-Type", "text/html").startswith("text/html"):
            return None
        if response.status_code == 405:  # a button, for whoever may press it
            return None
        if response.status_code not in _ELSEWHERE and response.status_code < 500:
            return name, path
    if is_known:
        return None
    raise NoVisit(f"no visit for {address.pattern}: {path} answered {statuses}")
