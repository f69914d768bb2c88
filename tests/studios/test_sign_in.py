"""The front door: the first studio, the sign-in page, and one-time links."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from studios.models import Membership, SignInLink, Studio, User
from studios.opening import AlreadyOpen, open_first_studio
from studios.scope import scope

FIRST = {
    "studio_name": "Lantern",
    "name": "Olive Owner",
    "email": "Olive@Lantern.example",
    "password": "a very long password",
    "time_zone": "Asia/Shanghai",
}


def test_an_empty_desk_offers_to_open_the_first_studio(db):
    assert "Open your studio" in Client().get("/").content.decode()


def test_whoever_opens_the_first_studio_is_its_owner_and_signed_in(db):
    client = Client()

    answer = client.post("/", FIRST)

    owner = User.objects.get()
    with scope(owner.studio_ids()[0]):
        studio, membership = Studio.objects.current(), Membership.objects.get()
    assert (studio.name, studio.slug, studio.time_zone) == ("Lantern", "lantern", "Asia/Shanghai")
    assert (membership.user, membership.roles, owner.email) == (owner, ["owner"], "olive@lantern.example")
    assert (answer.url, client.session["_auth_user_id"]) == ("/admin/", str(owner.pk))


def test_a_studio_whose_name_has_no_latin_letters_can_be_opened(db):
    owner = open_first_studio(studio_name="灯笼", name="Olive", email="o@example.org", password="a very long password")

    with scope(owner.studio_ids()[0]):
        assert Studio.objects.current().slug == "studio"


def test_a_weak_password_does_not_open_a_studio(db):
    page = Client().post("/", {**FIRST, "password": "password123"}).content.decode()

    assert "too common" in page
    assert User.objects.count() == 0


def test_the_first_page_is_closed_once_somebody_works_here(owner):
    assert Client().get("/").url == "/admin/"
    assert Client().post("/", FIRST).url == "/admin/"
    with pytest.raises(AlreadyOpen):
        open_first_studio(studio_name="Second", name="Eve", email="eve@example.org", password="a very long password")


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_open_the_first_studio_at_once_one_is_refused():
    outcomes = []
    together = threading.Barrier(2)

    def open_as(name):
        together.wait()
        try:
            open_first_studio(studio_name=name, name=name, email=f"{name}@example.org", password="a long password")
            outcomes.append("opened")
        except AlreadyOpen:
            outcomes.append("refused")
        finally:
            connection.close()

    people = [threading.Thread(target=open_as, args=[name]) for name in ("ann", "bob")]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(outcomes) == ["opened", "refused"]
    assert len(Studio.every_id()) == 1


def test_signing_in_lands_on_the_desk(producer):
    answer = Client().post("/admin/login/", {"username": producer.email, "password": "a long password"})

    assert answer.url == "/admin/"


def test_signing_in_leads_to_the_page_that_was_asked_for(producer):
    asked = Client().get("/admin/jobs/job/").url

    answer = Client().post(asked, {"username": producer.email.upper(), "password": "a long password"})

    assert answer.url == "/admin/jobs/job/"


def test_a_wrong_password_is_refused_with_a_plain_sentence(producer):
    page = Client().post("/admin/login/", {"username": producer.email, "password": "wrong"}).content.decode()

    assert "This e-mail address and password do not belong together." in page


@pytest.fixture
def newcomer(lantern):
    return User.objects.create_user("nina@lantern.example", name="Nina Newcomer")


@pytest.fixture
def link(newcomer, owner):
    return f"/sign-in/{SignInLink.make(newcomer, by=owner)}/"


def test_opening_a_sign_in_link_does_not_spend_it(link):
    assert [Client().get(link).status_code for _each in range(2)] == [200, 200]


def test_a_sign_in_link_sets_the_password_and_signs_in(link, newcomer):
    client = Client()

    client.post(link, {"password": "a very long password"})

    newcomer.refresh_from_db()
    assert newcomer.check_password("a very long password")
    assert client.session["_auth_user_id"] == str(newcomer.pk)


def test_a_sign_in_link_works_once(link, newcomer):
    Client().post(link, {"password": "a very long password"})

    second = Client().post(link, {"password": "another long password"})

    newcomer.refresh_from_db()
    assert second.status_code == 410
    assert "This link was used already or has expired." in second.content.decode()
    assert newcomer.check_password("a very long password")


def test_a_weak_password_does_not_spend_the_link(link):
    assert "too short" in Client().post(link, {"password": "short"}).content.decode()
    assert Client().get(link).status_code == 200


def test_an_expired_link_opens_nothing(link):
    SignInLink.objects.update(expires_at=timezone.now())

    assert Client().get(link).status_code == 410
