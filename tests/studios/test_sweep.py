"""Nobody comes upon another studio's rows: every address is asked, as everybody who must see nothing."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin import site
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone

from studios.keys import new_id
from studios.models import Invitation, Membership, Studio, StudioKey, User
from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from tests.studios.sweep import forms, stock
from tests.studios.sweep.addresses import Address, every_address
from tests.studios.sweep.probing import Findings, Prober, told
from titles.catalog.models import Episode
from titles.distribution.models import Partner, PartnerKey
from titles.media import playback
from titles.media.models import Edition

pytestmark = pytest.mark.django_db

NOUNS = [model for model in site._registry if model in stock.tenant_models()]

#: A number that stands in no page by chance.
_UNMISTAKABLE = 710_293_846
#: What forms and buttons of all pages ask for, in one: each takes what it knows.
_EVERYTHING = {"post": "yes", "why": "I want it", "name": "x", "confirm": "yes", "action": "delete_selected"}


@pytest.fixture
def marked(lantern: Studio, owner: User, producer: User, stores: Any) -> Studio:
    stock.Stock(lantern, author=producer, reviewer=owner).fill()
    return lantern


@pytest.fixture
def busy_harbor(harbor: Studio, outsider: User, stores: Any) -> Studio:
    """The other studio has rows of its own, so that its pages have forms, inlines and buttons."""
    reviewer = make_member(harbor, "Hanna Reviewer", Role.OWNER)
    stock.Stock(harbor, author=outsider, reviewer=reviewer, mark="harborsown").fill()
    return harbor


@pytest.fixture
def foreign(marked: Studio, producer: User) -> dict[str, Any]:
    """The id of a row of Lantern's of every kind."""
    with scope(marked):
        rows = {model._meta.label: stock.row_of(model).pk for model in stock.tenant_models()}
    authenticator = Authenticator.objects.create(pk=_UNMISTAKABLE, user=producer, type="totp", data={})
    return rows | {
        "contenttypes.ContentType": ContentType.objects.get_for_model(Episode).pk,
        "mfa.Authenticator": authenticator.pk,
    }


@pytest.fixture
def swap(foreign: dict[str, Any]) -> dict[str, str]:
    """Foreign ids, each with one that never was."""
    pairs = {str(identity): str(new_id()) for identity in foreign.values() if isinstance(identity, UUID)}
    return pairs | {str(_UNMISTAKABLE): str(_UNMISTAKABLE + 1)}


@pytest.fixture
def found() -> Findings:
    return Findings()


WHO = [*Role, "guest of the same studio", "nobody"]


@pytest.fixture(params=WHO)
def stranger(request: Any, harbor: Studio, lantern: Studio, marked: Studio, found: Findings) -> Prober:
    """Somebody in a role of the other studio, a guest of this one to whom nothing is assigned, or nobody."""
    return _stranger(request.param, harbor, lantern, found)


@pytest.fixture
def strangers(harbor: Studio, lantern: Studio, marked: Studio, found: Findings) -> list[Prober]:
    """All of them."""
    return [_stranger(who, harbor, lantern, found) for who in WHO]


def _stranger(who: str, harbor: Studio, lantern: Studio, found: Findings) -> Prober:
    if who == "nobody":
        return Prober("nobody", _browser(), lantern, stock.ids_of(lantern), found)
    if who not in Role:
        return _guest_of(lantern, found)
    person = make_member(harbor, f"Harry {Role(who).label}", Role(who))
    return _prober(person, lantern, found, posts_everywhere=who == Role.OWNER)


def _guest_of(lantern: Studio, found: Findings) -> Prober:
    """Somebody of the very studio to whom nothing is assigned: they may see its name, and end their own membership."""
    person = make_member(lantern, "Gus Guest", Role.GUEST)
    with scope(lantern):
        own = str(Membership.objects.get(user=person).pk)
    guest = _prober(person, lantern, found, own=own, word=stock.MARK, posts_everywhere=True)
    guest.marks -= {str(lantern.pk), own}
    return guest


@pytest.fixture
def intruder(busy_harbor: Studio, marked: Studio, outsider: User, found: Findings) -> Prober:
    """The owner of the other studio: whoever may do less there sees no more."""
    return _prober(outsider, marked, found)


def _prober(person: User, marked: Studio, found: Findings, **more: Any) -> Prober:
    client = _browser()
    client.force_login(person)
    return Prober(person.name, client, marked, stock.ids_of(marked), found, **more)


def _browser() -> Client:
    return Client(raise_request_exception=False)


def test_every_table_of_a_studio_has_a_row(marked):
    assert stock.tables_without_a_row(marked) == []


def test_every_text_of_a_studio_has_a_mark(marked):
    assert stock.texts_without_a_mark(marked) == []


def test_every_part_of_an_address_is_known():
    """An address whose parts nobody has explained is one that nobody probes: see sweep/addresses.py."""
    assert [str(address) for address in every_address() if address.unknown] == []


def test_every_noun_of_the_desk_belongs_to_a_studio():
    """A table that studios share has no page: no policy guards its rows."""
    assert [model._meta.label for model in site._registry if model not in stock.tenant_models()] == []


def test_the_page_on_security_tells_what_is_asked():
    page = (settings.BASE_DIR / "docs" / "security.md").read_text()
    told = [
        f"all {len(every_address())} addresses",
        f"the lists of {len(NOUNS)} nouns",
        f"{len(stock.tenant_models())} tables",
    ]

    assert [each for each in told if each not in page] == []


def test_no_address_tells_anybody_of_another_studios_rows(marked, foreign, swap, stranger, found):
    before = stock.fingerprint(marked)

    for address in every_address():
        if not address.is_secret:
            _probe(stranger, address, foreign, swap)

    assert (found.leaks, stock.fingerprint(marked)) == ([], before)


def _probe(prober: Prober, address: Address, foreign: dict[str, Any], swap: dict[str, str]) -> None:
    named = {str(foreign[label]) for label in address.rows.values() if label in foreign}
    swapped = {identity: swap[identity] for identity in named if identity in swap}
    for path in address.paths(foreign):
        if swapped:
            prober.compare("POST", path, swapped, _EVERYTHING)
        elif prober.posts_everywhere:
            prober.ask("POST", path, _EVERYTHING)
        if "verb" in address.words:
            continue  # buttons answer to nothing else
        if swapped:
            prober.compare("GET", path, swapped)
        else:
            prober.ask("GET", path)


def test_no_lookup_of_a_list_tells_of_another_studios_rows(marked, foreign, swap, strangers, found):
    before = stock.fingerprint(marked)

    for prober in strangers:
        for path, query in _lookups(foreign):
            named = {value: swap[value] for value in query.values() if value in swap}
            if named:
                prober.compare("GET", path, named, query)
            else:
                prober.ask("GET", path, query)

    assert (found.leaks, stock.fingerprint(marked)) == ([], before)


def _lookups(foreign: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Queries of every list: by each reference, by text, by page, facets and pop-ups."""
    for model in NOUNS:
        path = _list_of(model)
        yield path, {"q": stock.PART_OF_MARK, "o": "-1", "_facets": "True", "_popup": "1", "_to_field": "id"}
        yield path, {"studio__name__contains": "antern", "p": "2", "all": "1"}
        yield path, {"id__exact": str(foreign[model._meta.label])}
        for column in model._meta.concrete_fields:
            if column.is_relation and column.related_model._meta.label in foreign:
                yield path, {f"{column.name}__id__exact": str(foreign[column.related_model._meta.label])}


def _list_of(model: Any) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def test_no_form_takes_an_id_of_another_studio(busy_harbor, marked, foreign, swap, intruder, found):
    before = stock.fingerprint(marked)

    for path in _pages_with_forms(busy_harbor):
        page = intruder.ask("GET", path)
        data = forms.sent_by(page)
        for name, model in forms.choices_in(page):
            identity = str(foreign[model._meta.label])
            intruder.compare("POST", path, {identity: swap[identity]}, {**data, name: identity})
            if path.endswith("/add/"):
                intruder.compare("GET", path, {identity: swap[identity]}, {name: identity})
        for prefix, model in forms.prefixes_in(page):
            identity = str(foreign[model._meta.label])
            forged = {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 1, f"{prefix}-0-id": identity}
            for more in ({}, {f"{prefix}-0-DELETE": "on"}):
                intruder.compare("POST", path, {identity: swap[identity]}, {**data, **forged, **more})

    assert (found.leaks, stock.fingerprint(marked)) == ([], before)


def _pages_with_forms(studio: Studio) -> list[str]:
    """The page that adds a row of each noun, and the page of a row that this studio has."""
    with scope(studio):
        return [f"{_list_of(model)}{page}/" for model in NOUNS for page in ("add", f"{stock.row_of(model).pk}/change")]


def test_no_action_reaches_rows_of_another_studio(busy_harbor, marked, foreign, swap, intruder, found):
    before = stock.fingerprint(marked)

    for model in NOUNS:
        page = intruder.ask("GET", _list_of(model))
        form = (page.context or {}).get("action_form")
        identity = str(foreign[model._meta.label])
        for action, _label in form.fields["action"].choices if form else []:
            chosen = {"action": action, "_selected_action": identity, "post": "yes"}
            if identity in swap:
                intruder.compare("POST", _list_of(model), {identity: swap[identity]}, chosen)
            intruder.ask("POST", _list_of(model), {**chosen, "select_across": "1"})

    assert (found.leaks, stock.fingerprint(marked)) == ([], before)


def test_no_autocomplete_suggests_rows_of_another_studio(marked, strangers, found):
    for prober in strangers:
        for model in site._registry:
            for column in model._meta.concrete_fields:
                if column.is_relation:
                    meta = model._meta
                    wanted = {"app_label": meta.app_label, "model_name": meta.model_name, "field_name": column.name}
                    for term in ("", stock.PART_OF_MARK):
                        prober.ask("GET", "/admin/autocomplete/", {**wanted, "term": term})

    assert found.leaks == []


def test_nothing_is_found_by_words_of_another_studio(marked, strangers, found):
    for prober in strangers:
        for words in (stock.PART_OF_MARK, "nter", "1", "a", f"{stock.PART_OF_MARK} 1 fr", "%", "_"):
            prober.ask("GET", "/admin/search/", {"s": words})

    assert found.leaks == []


# Keys and secrets


def _documents() -> list[str]:
    """Where the descriptions of the interfaces lie that machines use."""
    return [f"/{address.whole.text}" for address in every_address() if address.whole.text.endswith("openapi.json")]


def _operations(client: Client, headers: dict[str, str]) -> Iterator[tuple[str, str]]:
    for place in _documents():
        paths = client.get(place, headers=headers).json()["paths"]
        yield from ((method.upper(), path) for path, methods in paths.items() for method in methods)


def test_no_key_opens_anything_of_another_studio(busy_harbor, marked, foreign, swap, found):
    with scope(busy_harbor):
        keys = [
            PartnerKey.make(Partner.objects.get()),
            StudioKey.make("sweep", scopes=["catalog", "history", "jobs"], by=None),
        ]
    with scope(marked):
        guessed = f"octavo_{PartnerKey.objects.get().prefix}_a-guess"
    marks = stock.ids_of(marked)
    before = stock.fingerprint(marked)

    for key in (*keys, guessed, "octavo_000000000000_wrong", "", None):
        headers = {"authorization": f"Bearer {key}"} if key is not None else {}
        client = Client(headers=headers, raise_request_exception=False)
        prober = Prober(f"key {str(key)[:12]}", client, marked, marks, found)
        for _method, path in _operations(Client(), {"authorization": f"Bearer {keys[0]}"}):
            for label in ("catalog.Series", "catalog.Episode", "media.Edition", "catalog.Artwork"):
                identity = str(foreign[label])
                filled = re.sub(r"\{\w+\}", identity, path)
                for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                    prober.compare(method, filled, {identity: swap[identity]})

    assert (found.leaks, stock.fingerprint(marked)) == ([], before)


def test_the_cursor_of_another_studio_is_none(busy_harbor, marked, found):
    with scope(marked):
        theirs = PartnerKey.make(Partner.objects.get())
    with scope(busy_harbor):
        mine = PartnerKey.make(Partner.objects.get())
    cursor = _read(theirs).json()["next_cursor"]

    assert _read(mine, cursor=cursor).json() == _read(mine, cursor="made-up").json()


def _read(key: str, **query: str) -> Any:
    return Client(headers={"authorization": f"Bearer {key}"}).get("/feed/v1/changes", query)


def test_an_address_of_media_opens_nothing_of_another_studio(busy_harbor, marked, found):
    with scope(marked):
        theirs = playback.address(Edition.objects.newest_first().first())
    with scope(busy_harbor):
        mine = playback.address(Edition.objects.newest_first().first())
    token, path = mine.split("/")[2], "/".join(theirs.split("/")[3:])
    client = _browser()
    asked = [f"/media/{token}/{path}", f"/media/{token}/../{path}", f"/media/{theirs.split('/')[2][:-2]}xx/{path}"]

    assert [client.get(address).status_code for address in asked] == [404, 404, 403]


def test_an_invitation_of_another_studio_is_told_like_one_that_never_was(marked, harbor):
    with scope(marked):
        _invitation, secret = Invitation.make(email="x@y.example", name="X", roles=["viewer"], languages=[], by=None)
        Invitation.objects.update(withdrawn_at=timezone.now())
    client = _browser()
    one, other = client.get(f"/invitations/{secret}/"), client.get("/invitations/never-was/")

    assert told(one, [secret]) == told(other, ["never-was"])


# What all of this rests on


def test_every_table_of_a_studio_is_guarded_by_the_one_policy(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_name)"
            " WHERE column_name = 'studio_id' AND columns.table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        belong = {row[0] for row in cursor.fetchall()} | {"studios_studio"}
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity")
        guarded = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT tablename, cmd, qual, with_check FROM pg_policies")
        policies = sorted(cursor.fetchall())

    own = "({} = (current_setting('octavo.studio'::text))::uuid)"
    wanted = [(table, "ALL", own.format("id" if table == "studios_studio" else "studio_id"), None) for table in belong]
    assert (guarded, policies) == (belong, sorted(wanted))


def test_no_reference_can_lead_into_another_studio(db):
    """Each column that refers to a studio's row is half of a key whose other half is the studio."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute"
            " ON attrelid = conrelid AND attnum = ANY(conkey) WHERE contype = 'f' AND cardinality(conkey) = 2"
        )
        kept = set(cursor.fetchall())
    references = {
        (model._meta.db_table, column.column)
        for model in stock.tenant_models()
        for column in model._meta.concrete_fields
        if column.is_relation and column.name != "studio" and column.related_model in stock.tenant_models()
    }

    assert references - kept == set()
