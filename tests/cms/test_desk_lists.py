"""Every list of the desk: who may open it, and that it asks as much for five rows as for one."""

import re

import pytest

from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import one_of_each
from tests.conftest import make_member

#: Each list with the number of statements that it takes; the first three (session, person, studios), the
#: membership and the bell belong to every page.
STATEMENTS = {
    "catalog/series": 7,
    "catalog/episode": 6,
    "catalog/person": 7,
    "catalog/tag": 7,
    "media/master": 6,
    "jobs/job": 8,
    "localization/version": 7,
    "localization/assignment": 6,
    "distribution/release": 6,
    "distribution/partner": 7,
    "distribution/grant": 7,
    "distribution/delivery": 7,
    "studios/membership": 7,
    "studios/standin": 7,
}
OUTSIDE = re.compile(r"(?:src|href|action|url\()=?[\"'(]?(https?://[^\"')]+)")


@pytest.fixture
def stocked(stores, lantern, producer, second_producer):
    def stock(how_many):
        with scope(lantern, person=producer):
            for place in range(how_many):
                one_of_each(place, author=producer, reviewer=second_producer)

    return stock


@pytest.mark.parametrize("how_many", [1, 5])
def test_lists_ask_as_much_for_five_rows_as_for_one(stocked, desk, producer, statements, how_many):
    stocked(how_many)
    client = desk(producer)
    client.get("/admin/me/")  # the session notes once in a while that somebody is there
    asked = {}

    for noun in STATEMENTS:
        with statements() as sent:
            client.get(f"/admin/{noun}/")
        asked[noun] = len(sent)

    assert asked == STATEMENTS


def test_every_list_opens_for_a_member(stocked, desk, producer):
    stocked(1)
    client = desk(producer)

    assert {noun: client.get(f"/admin/{noun}/").status_code for noun in STATEMENTS} == dict.fromkeys(STATEMENTS, 200)


def test_an_outsider_sees_nothing_in_any_list(stocked, desk, outsider):
    stocked(1)
    client = desk(outsider)

    pages = {noun: client.get(f"/admin/{noun}/").content.decode() for noun in STATEMENTS}

    ours = ("Heiress", "Nova Reels", "Pia Producer")
    assert [noun for noun, page in pages.items() if any(name in page for name in ours)] == []


def test_a_guest_without_an_assignment_finds_nothing_in_any_list(stocked, desk, lantern):
    stocked(1)
    client = desk(make_member(lantern, "Gus Guest", Role.GUEST))
    may_look = ("catalog/series", "catalog/episode", "localization/version")

    closed = {noun: client.get(f"/admin/{noun}/").status_code for noun in STATEMENTS if noun not in may_look}
    listed = {noun: list(client.get(f"/admin/{noun}/").context["cl"].result_list) for noun in may_look}

    assert (closed, listed) == (dict.fromkeys(closed, 403), dict.fromkeys(may_look, []))


@pytest.mark.parametrize("noun", ["catalog/series", "catalog/episode", "catalog/person", "catalog/tag"])
def test_a_viewer_reads_titles_and_writes_none(desk, lantern, noun):
    client = desk(make_member(lantern, "Vic Viewer", Role.VIEWER))

    assert client.get(f"/admin/{noun}/").status_code == 200
    assert client.get(f"/admin/{noun}/add/").status_code == 403


def test_no_page_names_an_outside_host(stocked, desk, lantern, producer):
    stocked(1)
    client = desk(producer)
    pages = [client.get(f"/admin/{noun}/").content.decode() for noun in STATEMENTS]
    pages += [client.get(address).content.decode() for address in ("/admin/", "/admin/me/", "/studio/")]

    hosts = {
        host for page in pages for host in re.findall(r"(?:src|href|action|url\()=?[\"'(]?(https?://[^\"')]+)", page)
    }

    assert hosts == set()
