"""Platform staff: they see that studios exist, and enter one as a member for an hour, in the open."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from studios import platform
from studios.models import Change, Invitation, Membership, Notice, Studio, User
from studios.platform import NameTaken, NoStudio, NotPlatform, WorksHere, studios_for
from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from titles.catalog.models import Series

NEW = {
    "name": "Quay",
    "slug": "quay",
    "time_zone": "Asia/Shanghai",
    "owner_name": "Quinn",
    "owner_email": "Quinn@quay.example",
}


@pytest.fixture
def staff(db) -> User:
    return User.objects.create_user("petra@platform.example", "a long password", name="Petra", is_platform=True)


def visit(studio, staff, *, role=Role.VIEWER, why="Ticket 4711"):
    return platform.work_as(studio.pk, person=staff, role=role, why=why)


def test_whoever_opens_the_first_studio_is_platform_staff(client, db):
    person = {"name": "Ada", "email": "ada@example.org", "password": "a very long password", "time_zone": "UTC"}

    client.post("/", {"studio_name": "First", **person})

    assert User.objects.get().is_platform


def test_staff_is_made_and_removed_by_a_command(producer):
    call_command("platform", producer.email.upper())
    made = User.objects.get(pk=producer.pk).is_platform
    call_command("platform", producer.email, "--remove")

    assert (made, User.objects.get(pk=producer.pk).is_platform) == (True, False)


def test_whoever_is_no_staff_any_more_leaves_where_they_visit(lantern, harbor, staff):
    visit(lantern, staff)
    with scope(harbor):
        Membership.objects.create(user=staff, roles=[Role.VIEWER])

    call_command("platform", staff.email, "--remove")

    assert [place.name for place in staff.workplaces()] == ["Harbor"]


def test_the_command_names_an_address_that_it_does_not_know(db):
    with pytest.raises(CommandError, match="Nobody signs in as"):
        call_command("platform", "nobody@example.org")


def test_staff_without_a_studio_lands_on_the_platform(desk, staff):
    assert desk(staff).get("/admin/", follow=True).redirect_chain[-1] == ("/platform/", 302)


def test_the_list_tells_that_studios_exist_and_nothing_of_them(desk, lantern, harbor, staff, producer, editor):
    with scope(lantern):
        Series.objects.create(slug="heiress", title_en="The Heiress")

    page = desk(staff).get("/platform/").content.decode()

    assert [word in page for word in ("Lantern", "Harbor", "The Heiress", "Pia Producer")] == [True, True, False, False]
    assert [(card.name, card.members) for card in studios_for(staff)] == [("Harbor", 0), ("Lantern", 2)]


@pytest.mark.parametrize(
    "address",
    ["/platform/", "/platform/new/", "/platform/{}/suspend/", "/platform/{}/resume/", "/platform/{}/work-as/"],
)
def test_its_pages_are_not_there_for_others(desk, lantern, owner, address):
    client = desk(owner)

    assert [
        client.get(address.format(lantern.pk)).status_code,
        client.post(address.format(lantern.pk)).status_code,
    ] == [
        404,
        404,
    ]


def test_the_database_tells_others_nothing_either(lantern, owner):
    assert studios_for(owner) == []


def test_the_page_takes_as_many_statements_for_five_studios(desk, lantern, staff, statements):
    for number in range(5):
        platform.open_studio(name=f"S{number}", slug=f"s{number}", time_zone="UTC", by=staff, then=lambda: None)
    client = desk(staff)
    client.get("/platform/")  # the session notes once in a while that somebody is there

    with statements() as sent:
        client.get("/platform/")

    assert len(sent) == 4


def test_a_studio_is_made_and_its_first_owner_invited(desk, staff):
    page = desk(staff).post("/platform/new/", NEW).content.decode()

    identity = Studio.id_called("quay")
    with scope(identity):
        studio, invitation = Studio.objects.current(), Invitation.objects.get()
    assert (studio.name, studio.time_zone) == ("Quay", "Asia/Shanghai")
    assert (invitation.email, invitation.roles, invitation.invited_by) == ("quinn@quay.example", ["owner"], staff)
    assert "/invitations/" in page


def test_whoever_makes_a_studio_does_not_work_in_it(desk, staff):
    desk(staff).post("/platform/new/", NEW)

    assert staff.workplaces() == []


def test_a_short_name_is_given_once(desk, lantern, staff):
    page = desk(staff).post("/platform/new/", NEW | {"slug": "lantern"}).content.decode()

    assert "Another studio has the short name" in page
    with pytest.raises(NameTaken):
        platform.open_studio(name="L", slug="lantern", time_zone="UTC", by=staff, then=lambda: None)


def test_a_studio_is_suspended_with_a_reason_and_resumed(desk, lantern, staff):
    client = desk(staff)

    client.post(f"/platform/{lantern.pk}/suspend/", {"why": ""})
    without = studios_for(staff)[0].state
    client.post(f"/platform/{lantern.pk}/suspend/", {"why": "The invoice is open."})
    suspended = studios_for(staff)[0].state
    client.post(f"/platform/{lantern.pk}/resume/")

    assert [without, suspended, studios_for(staff)[0].state] == ["active", "suspended", "active"]


def test_staff_cannot_enter_a_studio_by_choosing_it(desk, lantern, staff):
    client = desk(staff)
    client.post("/studio/", {"studio": str(lantern.pk)})

    assert client.get("/admin/catalog/series/").url == "/no-studio/"


def test_working_as_needs_a_reason(desk, lantern, staff):
    desk(staff).post(f"/platform/{lantern.pk}/work-as/", {"role": "viewer", "why": " "})

    assert staff.workplaces() == []


def test_working_as_is_a_membership_of_an_hour(desk, lantern, staff):
    client = desk(staff)

    client.post(f"/platform/{lantern.pk}/work-as/", {"role": "viewer", "why": "Ticket 4711"})

    with scope(lantern):
        membership = Membership.objects.get()
        change = Change.objects.get(noun="studios.membership")
    left = membership.ends_at - timezone.now()
    assert (membership.roles, membership.why) == (["viewer"], "Ticket 4711")
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    assert (change.operation, change.person, change.row["why"]) == ("insert", staff, "Ticket 4711")
    assert client.get("/admin/catalog/series/").status_code == 200


def test_a_banner_stands_over_every_page_and_ends_it(desk, lantern, staff):
    visit(lantern, staff)
    client = desk(staff)
    pages = [client.get(address).content.decode() for address in ("/admin/", "/admin/catalog/series/", "/admin/me/")]

    client.post("/admin/leave/")

    assert ["You work in Lantern as Viewer until" in page for page in pages] == [True] * 3
    assert ["Ticket 4711" in page for page in pages] == [True] * 3
    assert staff.workplaces() == []


def test_the_hour_ends_by_itself(desk, lantern, staff):
    visit(lantern, staff)
    client = desk(staff)
    with scope(lantern):
        Membership.objects.update(ends_at=timezone.now())

    assert client.get("/admin/catalog/series/").url == "/no-studio/"


def test_owners_see_the_visit_with_its_reason_are_told_and_end_it(desk, lantern, owner, producer, staff):
    membership = visit(lantern, staff)
    client = desk(owner)

    members = client.get("/admin/studios/membership/").content.decode()
    with scope(lantern):
        told = list(Notice.objects.values_list("person", flat=True))
        sentence = Notice.objects.get(person=owner).sentence
    client.post(f"/admin/studios/membership/{membership.pk}/delete/", {"post": "yes"})

    assert (told, "Ticket 4711" in sentence, "Ticket 4711" in members) == ([owner.pk], True, True)
    assert staff.workplaces() == []


@pytest.mark.parametrize("role", [Role.OWNER, Role.GUEST])
def test_nobody_visits_as_an_owner_who_could_ask_them_to_stay(desk, lantern, staff, role):
    desk(staff).post(f"/platform/{lantern.pk}/work-as/", {"role": role, "why": "Ticket 4711"})

    assert staff.workplaces() == []


def test_a_second_visit_takes_the_place_of_the_first(lantern, staff):
    visit(lantern, staff)
    visit(lantern, staff, role=Role.EDITOR, why="Ticket 4712")

    with scope(lantern):
        assert [(each.roles, each.why) for each in Membership.objects.all()] == [(["editor"], "Ticket 4712")]


def test_a_member_keeps_the_roles_that_they_have(lantern, staff):
    with scope(lantern):
        Membership.objects.create(user=staff, roles=[Role.VIEWER])

    with pytest.raises(WorksHere):
        visit(lantern, staff, role=Role.PRODUCER)


def test_a_suspended_studio_is_not_visited(lantern, staff):
    platform.suspend(lantern.pk, by=staff, why="Later.")

    with pytest.raises(NoStudio):
        visit(lantern, staff)


def test_nobody_else_visits(lantern, harbor, outsider):
    with pytest.raises(NotPlatform):
        visit(lantern, outsider)


def test_a_visitor_does_only_what_the_role_allows(desk, lantern, staff):
    visit(lantern, staff)

    assert desk(staff).get("/admin/catalog/series/add/").status_code == 403


def test_a_foreign_id_is_answered_like_a_missing_one(desk, lantern, staff):
    client = desk(staff)
    missing = make_member(lantern, "Vic Viewer", Role.VIEWER).pk

    assert [client.get(f"/platform/{missing}/{page}/").status_code for page in ("suspend", "work-as")] == [404, 404]
