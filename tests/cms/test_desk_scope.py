"""One scope per request of the desk: rendered inside, rolled back as a whole, and never open while a body arrives."""

import socket
import time
from urllib.parse import urlsplit

import pytest
from django.db import connection

from cms.middleware import SESSION_KEY
from studios.models import Membership
from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from titles.catalog.models import Series

misbehaving = pytest.mark.urls("tests.cms.pages_for_scope")


def slugs(studio):
    with scope(studio):
        return [series.slug for series in Series.objects.order_by("slug")]


@misbehaving
def test_what_a_request_wrote_is_kept_when_it_answers(desk, lantern, producer):
    assert desk(producer).get("/admin/writes/").status_code == 200
    assert slugs(lantern) == ["made"]


@misbehaving
def test_an_exception_leaves_nothing_half_made(desk, lantern, producer):
    assert desk(producer).get("/admin/breaks/").status_code == 500
    assert slugs(lantern) == []


@misbehaving
def test_an_exception_in_a_template_leaves_nothing_half_made(desk, lantern, producer):
    assert desk(producer).get("/admin/breaks-late/").status_code == 500
    assert slugs(lantern) == []


@misbehaving
def test_a_page_not_found_leaves_nothing_half_made(desk, lantern, producer):
    assert desk(producer).get("/admin/misses/").status_code == 404
    assert slugs(lantern) == []


@misbehaving
def test_what_goes_wrong_is_told_in_plain_sentences(desk, lantern, producer):
    client = desk(producer)

    told = [client.get(f"/admin/{page}/").content.decode() for page in ("breaks", "misses", "studios/membership/add")]

    assert ["Nothing was changed." in told[0], "There is no such page" in told[1]] == [True, True]
    assert "Your roles in this studio do not allow it." in told[2]


@misbehaving
def test_templates_are_rendered_inside_the_scope(desk, lantern, producer):
    with scope(lantern):
        Series.objects.create(slug="heiress")

    assert desk(producer).get("/admin/lists/").content == b"heiress"


@misbehaving
def test_a_request_sees_the_rows_of_its_own_studio_alone(desk, lantern, outsider):
    with scope(lantern):
        Series.objects.create(slug="heiress")

    assert desk(outsider).get("/admin/lists/").content == b""


@misbehaving
def test_a_person_of_two_studios_works_in_the_one_that_was_chosen(desk, lantern, harbor, producer):
    with scope(harbor):
        Membership.objects.create(user=producer, roles=[Role.VIEWER])
        Series.objects.create(slug="tides")
    client = desk(producer)

    before = client.get("/admin/lists/").content
    client.post("/studio/", {"studio": str(harbor.pk)})

    assert (before, client.get("/admin/lists/").content) == (b"", b"tides")


def test_a_studio_of_others_cannot_be_chosen(desk, harbor, producer):
    client = desk(producer)

    client.post("/studio/", {"studio": str(harbor.pk)})

    assert SESSION_KEY not in client.session


@misbehaving
def test_a_chosen_studio_that_the_person_has_left_is_not_entered(desk, lantern, harbor, producer):
    with scope(harbor):
        membership = Membership.objects.create(user=producer, roles=[Role.VIEWER])
        Series.objects.create(slug="tides")
    client = desk(producer)
    client.post("/studio/", {"studio": str(harbor.pk)})

    with scope(harbor):
        membership.delete()

    assert client.get("/admin/lists/").content == b""


def test_a_person_without_a_studio_is_told_so(desk, lantern, producer):
    with scope(lantern):
        Membership.objects.filter(user=producer).delete()

    page = desk(producer).get("/admin/catalog/series/", follow=True)

    assert page.redirect_chain == [("/no-studio/", 302)]
    assert "Pia Producer is not a member of any studio" in page.content.decode()


def test_a_person_without_a_studio_can_sign_out(desk, lantern, producer):
    with scope(lantern):
        Membership.objects.filter(user=producer).delete()
    client = desk(producer)

    client.post("/admin/logout/")

    assert "_auth_user_id" not in client.session


def test_a_guest_sees_nothing_of_the_studio(desk, lantern):
    with scope(lantern):
        Series.objects.create(slug="heiress", title_en="The Heiress")
    client = desk(make_member(lantern, "Gus Guest", Role.GUEST))

    assert "Nothing is assigned to you yet" in client.get("/admin/").content.decode()
    assert "The Heiress" not in client.get("/admin/catalog/series/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_an_upload_arrives(desk, lantern, producer, live_server):
    cookie = desk(producer).cookies["sessionid"].value
    address = urlsplit(live_server.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as slow:
        slow.sendall(
            b"POST /admin/catalog/series/add/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n"
            b"Cookie: sessionid=" + cookie.encode() + b"\r\n\r\n--x\r\n"
        )
        asked_for_the_person = sessions_that("query ILIKE '%octavo_studios_of%' OR query ILIKE '%studios_user%'")

        waiting = sessions_that("state = 'idle in transaction'")

    assert asked_for_the_person > 0
    assert waiting == 0


def sessions_that(condition):
    """How many other connections to this database are in such a state, once the server has had time to get there."""
    time.sleep(1)
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {others} AND ({condition})")  # noqa: S608
        return cursor.fetchone()[0]
