"""The front door of an empty installation: the first studio and its owner."""

import threading

import pytest
from django.db import connection
from django.test import Client

from studios.models import Membership, Studio, User
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
