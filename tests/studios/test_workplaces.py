"""A person in several studios: the switcher in the header, and leaving one for good."""

import re

import pytest

from cms.middleware import SESSION_KEY
from studios import platform
from studios.models import Change, Membership, User
from studios.roles import Role
from studios.scope import scope
from titles.catalog.models import Series


@pytest.fixture
def in_both(lantern, harbor, producer) -> User:
    with scope(harbor):
        Membership.objects.create(user=producer, roles=[Role.VIEWER])
    return producer


def switcher(page: str) -> list[tuple[str, bool]]:
    """The studios of the switcher, each with whether it is the current one."""
    listed = re.findall(r'<button name="studio" value="[^"]+"( aria-current="true")?>.*?<bdi>(\w+)</bdi>', page, re.S)
    return [(name, bool(current)) for current, name in listed]


def test_the_header_lists_the_studios_of_a_person_and_marks_the_current_one(desk, in_both):
    page = desk(in_both).get("/admin/catalog/series/").content.decode()

    assert switcher(page) == [("Lantern", True), ("Harbor", False)]


def test_a_person_of_one_studio_has_nothing_to_switch(desk, lantern, editor):
    assert "switcher" not in desk(editor).get("/admin/").content.decode()


def test_switching_leads_to_the_home_page_of_the_other(desk, harbor, in_both):
    with scope(harbor):
        Series.objects.create(slug="tides", title_en="Tides")
    client = desk(in_both)

    answer = client.post("/studio/", {"studio": str(harbor.pk)})

    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert switcher(client.get("/admin/").content.decode()) == [("Lantern", False), ("Harbor", True)]


def test_a_link_switches_nothing(desk, harbor, in_both):
    client = desk(in_both)

    client.get(f"/studio/?studio={harbor.pk}")

    assert SESSION_KEY not in client.session


def test_a_suspended_studio_is_shown_as_such(desk, harbor, in_both):
    staff = User.objects.create_user("petra@platform.example", "a long password", name="Petra", is_platform=True)
    platform.suspend(harbor.pk, by=staff, why="Later.")

    page = desk(in_both).get("/admin/").content.decode()

    assert switcher(page) == [("Lantern", True), ("Harbor", False)]
    assert page.count(">suspended<") == 1


def test_the_switcher_costs_no_statement(desk, in_both, editor, statements):
    asked = []
    for person in (in_both, editor):
        client = desk(person)
        client.get("/admin/leave/")
        with statements() as sent:
            client.get("/admin/leave/")
        asked.append(len(sent))

    assert asked == [5, 5]


def test_whoever_leaves_is_out_with_the_next_request(desk, lantern, editor):
    client = desk(editor)

    client.post("/admin/leave/")

    assert client.get("/admin/catalog/series/").url == "/no-studio/"
    with scope(lantern):
        change = Change.objects.filter(noun="studios.membership", operation="delete").get()
    assert change.person == editor


def test_whoever_leaves_one_studio_goes_on_in_the_other(desk, harbor, in_both):
    client = desk(in_both)

    client.post("/admin/leave/")

    assert client.get("/admin/catalog/series/").status_code == 200
    assert [place.name for place in in_both.workplaces()] == ["Harbor"]


def test_what_was_said_in_one_studio_is_not_said_in_the_other(desk, harbor, in_both):
    client = desk(in_both)
    client.post("/admin/me/", {"name": "Pia", "language": "en", "time_zone": "UTC"})

    client.post("/studio/", {"studio": str(harbor.pk)})

    assert "Your settings are saved." not in client.get("/admin/me/").content.decode()


def test_what_was_said_to_one_person_is_not_said_to_the_next_in_the_same_browser(desk, producer, editor):
    client = desk(producer)
    client.post("/admin/me/", {"name": "Pia", "language": "en", "time_zone": "UTC"})
    client.post("/admin/logout/")

    client.force_login(editor)

    assert "Your settings are saved." not in client.get("/admin/me/").content.decode()


def test_asking_to_leave_changes_nothing_yet(desk, editor):
    desk(editor).get("/admin/leave/")

    assert [place.name for place in editor.workplaces()] == ["Lantern"]


def test_the_last_owner_does_not_leave(desk, owner, editor):
    page = desk(owner).post("/admin/leave/", follow=True).content.decode()

    assert "You are the only owner. Make somebody else an owner first." in page
    assert [place.name for place in owner.workplaces()] == ["Lantern"]


def test_a_removed_member_is_out_with_the_next_request(desk, lantern, owner, editor):
    client = desk(editor)
    client.get("/admin/")
    with scope(lantern):
        membership = Membership.objects.get(user=editor)

    desk(owner).post(f"/admin/studios/membership/{membership.pk}/delete/", {"post": "yes"})

    assert client.get("/admin/catalog/series/").url == "/no-studio/"
