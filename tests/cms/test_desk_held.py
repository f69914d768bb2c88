"""What is held about a person: the person sees all of it, an owner what their studio holds, nobody else anything."""

import json

import pytest
from django.core.management import CommandError, call_command

from studios.models import Membership, Notice, StandIn, Studio, StudioKey, User
from studios.notices import tell
from studios.roles import Role
from studios.scope import scope
from tests.conftest import PASSWORD
from tests.titles.distribution.stories import make_series
from titles.catalog.models import Person, Series

MINE, FILE, ERASE = "/account/data/", "/account/data/everything.json", "/account/erase/"


@pytest.fixture
def emil(lantern, harbor, editor):
    """An editor of Lantern who is also a viewer of Harbor and has worked and been told something in both."""
    for studio in (lantern, harbor):
        with scope(studio):
            Membership.objects.get_or_create(user=editor, defaults={"roles": [Role.VIEWER]})
            tell(editor, Notice.Kind.MENTION, Membership.objects.first(), f"Said in {studio}")
        with scope(studio, person=editor, door="admin"):
            make_series(f"of-{studio.slug}")
            Series.objects.update(franchise="F")
    return editor


def held_for(desk, owner, member):
    with scope(owner.workplaces()[0].id):
        membership = Membership.objects.get(user=member)
    return desk(owner).get(f"/admin/members/{membership.pk}/held.json")


def test_a_person_takes_along_all_that_is_held_about_them(desk, emil):
    answer = desk(emil).get(FILE)

    held = json.loads(answer.content)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="octavo-account.json"'
    assert held["profile"]["email"] == emil.email
    assert [(each["studio"], each["notices"][0]["sentence"]) for each in held["studios"]] == [
        ("Lantern", "Said in Lantern"),
        ("Harbor", "Said in Harbor"),
    ]
    assert [each["changes_by_kind"]["catalog.series"] for each in held["studios"]] == [2, 2]


def test_rows_that_name_the_person_or_their_membership_are_told_by_table_and_column(lantern, desk, emil, owner):
    with scope(lantern, person=owner, door="admin"):
        mine, owners = Membership.objects.get(user=emil), Membership.objects.get(user=owner)
        days = {"from_date": "2026-12-01", "until_date": "2026-12-31"}
        stand_in = StandIn.objects.create(approver=owners, deputy=mine, **days)
        StudioKey.make("Dashboard", scopes=["catalog"], by=emil)

    named = json.loads(held_for(desk, owner, emil).content)["named_in"]

    assert {table: list(columns) for table, columns in named.items()} == {
        "studios.standin": ["deputy"],
        "studios.studiokey": ["made_by"],
    }
    assert named["studios.standin"]["deputy"][0]["id"] == str(stand_in.pk)
    assert "secret_hash" not in named["studios.studiokey"]["made_by"][0]


def test_studios_that_the_person_may_not_enter_now_are_named_and_not_shown(desk, lantern, harbor, owner, emil):
    with scope(lantern):
        Studio.objects.update(mfa_required=True)
    with scope(harbor):
        Studio.objects.current().move("active", "suspended", by=owner)
    client = desk(emil)

    text, page = client.get(FILE).content.decode(), client.get(MINE).content.decode()

    assert (json.loads(text)["studios"], json.loads(text)["not shown"]) == ([], ["Lantern", "Harbor"])
    assert "Not shown, because you may not enter there now: <bdi>Lantern, Harbor</bdi>" in page
    assert [word in text + page for word in ("Said in Lantern", "Said in Harbor")] == [False, False]


def test_the_file_holds_nothing_that_opens_anything(desk, emil):
    browser = desk(emil)

    text = browser.get(FILE).content.decode()

    assert "password" not in text
    assert browser.session.session_key not in text


def test_an_owner_sees_what_their_own_studio_holds(desk, emil, owner):
    held = json.loads(held_for(desk, owner, emil).content)

    assert (held["name"], held["membership"]["roles"]) == ("Emil Editor", ["editor"])
    assert "Harbor" not in json.dumps(held)


def test_nobody_else_sees_anything(lantern, desk, emil, owner, producer, outsider):
    with scope(lantern):
        membership = Membership.objects.get(user=emil)
    pages = [f"/admin/members/{membership.pk}/held/", f"/admin/members/{membership.pk}/held.json"]

    assert [desk(producer).get(page).status_code for page in pages] == [403, 403]
    assert [desk(outsider).get(page).status_code for page in pages] == [404, 404]
    assert desk(owner).get(pages[0]).status_code == 200


def test_the_page_shows_studios_and_counts(desk, emil):
    page = desk(emil).get(MINE).content.decode()

    assert [name in page for name in ("Lantern", "Harbor", "catalog.series 2", emil.email)] == [True] * 4


@pytest.mark.django_db(transaction=True)
def test_a_person_erases_their_account_after_typing_the_address(client, emil):
    client.post("/account/login/", {"login": emil.email, "password": PASSWORD})

    refused = client.post(ERASE, {"email": "somebody@else.example"})
    kept = User.objects.get(pk=emil.pk).name
    client.post(ERASE, {"email": emil.email})

    assert (refused.status_code, kept) == (200, "Emil Editor")
    assert User.objects.get(pk=emil.pk).erased_at is not None
    assert client.get("/admin/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_only_owner_is_told_why_not(client, owner):
    client.post("/account/login/", {"login": owner.email, "password": PASSWORD})

    page = client.post(ERASE, {"email": owner.email})

    assert "only owner of Lantern" in page.content.decode()
    assert User.objects.get(pk=owner.pk).name == "Olive Owner"


# The cast


def test_an_owner_erases_a_name_of_the_cast_with_a_reason(lantern, desk, owner, producer):
    with scope(lantern, person=owner):
        make_series()
        person = Person.objects.get()
    address = f"/admin/catalog/person/{person.pk}/do/erase/"

    assert desk(producer).post(address, {"why": "x"}).status_code == 403
    desk(owner).post(address, {"why": "She asked for it."})

    with scope(lantern):
        assert str(Person.objects.get()) == person.pseudonym()


def test_the_operator_erases_by_command(lantern, owner, emil, capsys):
    with scope(lantern, person=owner):
        person = Person.objects.get()

    call_command("erase", "account", emil.email.upper())
    call_command("erase", "person", "lantern", str(person.pk))

    told = capsys.readouterr().out
    assert f"“Former member {str(emil.pk)[-4:]}”" in told
    assert f"“{person.pseudonym()}”" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["account", "nobody@nowhere.example"],
        ["person", "atlantis", "01939f3c-7a10-7c3e-9d6a-0c2f4b8e1a01"],
        ["person", "lantern", "01939f3c-7a10-7c3e-9d6a-0c2f4b8e1a01"],
    ],
)
def test_the_operator_is_told_what_there_is_not(lantern, arguments):
    with pytest.raises(CommandError, match="no"):
        call_command("erase", *arguments)
