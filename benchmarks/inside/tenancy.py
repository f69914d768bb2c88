"""The figures of `manage.py benchmark tenancy`, on a small and a large database side by side."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.conf import settings
from django.contrib.admin import site
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.test import Client, RequestFactory
from django.urls import reverse

from benchmarks import Figure
from benchmarks.inside.doors import Door, Tally
from benchmarks.inside.explaining import ROUNDS, Explained, explained, ratio, waited_ms
from benchmarks.inside.filling import key_of
from benchmarks.inside.reference_load import LARGE, SMALL, Size, person_of, say, seed
from cms.embedded import statics
from cms.owner import as_owner
from studios.admin import StudioAdmin
from studios.models import Membership, Studio
from studios.scope import scope
from studios.searching import TextQuerySet

#: The studio whose lists are opened, one of several with as many rows.
_STUDIO = 4
_PAGE = 50
#: Part of a name that about one in a hundred has; a word that every sixth has; and one too short for a trigram.
_WORDS = {"a rare part of a word": "negal", "a common word": "revenge", "two Chinese characters": "辰海"}
#: The session, the person and what every page of the desk needs are asked for on each page.
_MOST_STATEMENTS = 12
#: Of each page in each database, in turns.
_VISITS = 3 * ROUNDS
_MOST_FOR_A_LISTING, _MOST_FOR_A_SEARCH, _MOST_FOR_DEPTH = 1.3, 2, 1.3


def measure() -> Iterator[Figure]:
    settings.ALLOWED_HOSTS = ["testserver"]
    statics.collect_if_changed()
    small, large = _filled(SMALL), _filled(LARGE)
    policy, filtered = Door(large), Door(large, as_owner=True)
    with policy:
        listings = list(_of_a_studio())
    yield from _listings(listings, policy, filtered)
    yield from _searches(listings, policy, filtered)
    yield from _change_lists(Door(small), policy)


def _filled(size: Size) -> str:
    """Make a database of its own with that much in it, and return its name."""
    name = f"octavo_{size.episodes}"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    for login in (settings.DATABASES["default"], settings.DATABASE_OWNER):
        login["NAME"] = name
    connection.close()
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)
    seed(size)
    return name


@dataclass(frozen=True)
class Listing:
    """A registered change list as a query."""

    name: str
    rows: QuerySet[Any]


def _registered() -> Iterator[tuple[Any, str]]:
    """Every change list of the desk and its address."""
    for model, desk in site._registry.items():
        yield desk, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _listings(listings: list[Listing], policy: Door, filtered: Door) -> Iterator[Figure]:
    """Fifty rows of each list: under the policy as ``app``, and as the owner, who has to name the studio."""
    others = 0
    for listing in listings:
        by_policy = _under_policy(policy, listing.rows[:_PAGE])
        if by_policy().rows < _PAGE:
            say(f"{listing.name}: not compared with a plain filter, since it does not fill a page")
            continue
        by_filter = _as_owner(filtered, _of_studio(listing.rows)[:_PAGE])
        others += by_policy().indexes != by_filter().indexes
        yield Figure(f"list {listing.name}: policy / filter", ratio(by_policy, by_filter), "x", _MOST_FOR_A_LISTING)
    yield Figure("lists that lose their index to the policy", others, "lists", 0)


def _of_a_studio() -> Iterator[Listing]:
    request: Any = RequestFactory().get("/")
    request.user = person_of(_STUDIO)
    with scope(key_of(Studio, _STUDIO), person=request.user, door="admin"):
        request.membership = Membership.objects.select_related("studio").get(user=request.user)
        request.studio = request.membership.studio
        for desk, _address in _registered():
            has_own_page = type(desk).changelist_view is not StudioAdmin.changelist_view
            if hasattr(desk.model, "studio") and desk.has_view_permission(request) and not has_own_page:
                yield Listing(desk.model._meta.label, desk.get_changelist_instance(request).queryset)


def _of_studio(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Name the studio, as somebody without a policy has to: of the rows, and of each row that is read with them."""
    paths = ["", *(f"{path}__" for path in _paths(rows.query.select_related or {}))]
    return rows.filter(**{f"{path}studio": key_of(Studio, _STUDIO) for path in paths if _has_studio(rows.model, path)})


def _paths(related: Any, before: str = "") -> Iterator[str]:
    """``{"track": {"cut": {}}}`` as ``track``, ``track__cut``."""
    for name, further in related.items():
        yield before + name
        yield from _paths(further, f"{before}{name}__")


def _has_studio(model: Any, path: str) -> bool:
    for name in filter(None, path.split("__")):
        model = model._meta.get_field(name).related_model
    return hasattr(model, "studio")


def _searches(listings: list[Listing], policy: Door, filtered: Door) -> Iterator[Figure]:
    """All that is found by one trigram index, in the order of the list: through the function that the desk calls, since
    a policy would keep it from the index, and plainly by the owner, whom no policy binds."""
    for listing in listings:
        if isinstance(listing.rows, TextQuerySet):
            for what, word in _WORDS.items():
                yield from _search(listing, what, word, policy, filtered)


def _search(listing: Listing, what: str, word: str, policy: Door, filtered: Door) -> Iterator[Figure]:
    plainly = _of_studio(listing.rows).extra(where=[_indexed_texts(listing, filtered)], params=[f"%{word}%"])  # noqa: S610
    by_function = _under_policy(policy, listing.rows.containing(word))
    by_index = _as_owner(filtered, plainly)
    found = by_function().rows
    if found != by_index().rows:
        raise AssertionError(f"{listing.name}: the function finds {found} rows with {word}, the index others")
    if found:
        name = f"search {listing.name}, {what} ({found})"
        yield Figure(f"{name}: function / plain", ratio(by_function, by_index, waited_ms), "x", _MOST_FOR_A_SEARCH)
        page = _under_policy(policy, listing.rows.containing(word)[:_PAGE])
        yield Figure(f"{name}: first page", min(waited_ms(page()) for _round in range(ROUNDS)), "ms")


def _indexed_texts(listing: Listing, door: Door) -> str:
    """The condition that the index of the noun's texts answers, as PostgreSQL keeps it."""
    table = listing.rows.model._meta.db_table
    with door, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(indexprs, indrelid) FROM pg_index WHERE indexrelid = %s::regclass", [f"{table}_texts"]
        )
        return re.sub(r"COALESCE\((\w+)", rf"COALESCE({table}.\1", cursor.fetchone()[0]) + " ILIKE %s"


def _under_policy(door: Door, rows: QuerySet[Any]) -> Any:
    def execute() -> Explained:
        with door, scope(key_of(Studio, _STUDIO)):
            return explained(rows)

    return execute


def _as_owner(door: Door, rows: QuerySet[Any]) -> Any:
    def execute() -> Explained:
        with door:
            return explained(rows)

    return execute


def _change_lists(small: Door, large: Door) -> Iterator[Figure]:
    """Every list as a person opens it, through the whole desk, in both databases."""
    browsers = {door: _signed_in(door) for door in (small, large)}
    for desk, address in _registered():
        name = desk.model._meta.label
        status = _visited(large, browsers[large], address)[0]
        if status != 200:
            say(f"{name}: no list (the desk answers {status})")
            continue
        _visited(small, browsers[small], address)  # the first visit fills the caches of a connection
        rounds = [[_visited(door, browsers[door], address)[1] for door in (small, large)] for _round in range(_VISITS)]
        yield from _compared(name, *map(list, zip(*rounds, strict=True)))


def _compared(name: str, small: list[Tally], large: list[Tally]) -> Iterator[Figure]:
    yield Figure(f"page {name}: statements", large[0].statements, "", _MOST_STATEMENTS)
    more = abs(large[0].statements - small[0].statements)
    yield Figure(f"page {name}: statements more or less at {LARGE.episodes:,}", more, "", 0)
    time_ms = [_typical_ms(tallies) for tallies in (small, large)]
    yield Figure(f"page {name}: database time", time_ms[1], "ms")
    at_sizes = f"at {LARGE.episodes:,} / at {SMALL.episodes:,}"
    yield Figure(f"page {name}: {at_sizes}", time_ms[1] / time_ms[0], "x", _MOST_FOR_DEPTH)


def _typical_ms(tallies: list[Tally]) -> float:
    """The median of the rounds, each of which is the fastest of its visits: neighbours can only slow one down."""
    each = _VISITS // ROUNDS
    rounds = [tallies[first : first + each] for first in range(0, _VISITS, each)]
    return median(min(tally.database_ms for tally in visits) for visits in rounds)


def _signed_in(door: Door) -> Client:
    browser = Client()
    with door:
        browser.force_login(person_of(_STUDIO))
    return browser


def _visited(door: Door, browser: Client, address: str) -> tuple[int, Tally]:
    with door, door.counting() as tally:
        return browser.get(address).status_code, tally
