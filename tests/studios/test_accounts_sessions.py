"""How long somebody stays signed in, and how sessions end."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from cms.tasks import tidy
from tests.conftest import PASSWORD

HOUR_S = 3600
SIGN_IN = "/account/login/"


@pytest.fixture
def later():
    """``later(client, hours)`` lets that much time pass for the session of ``client``."""

    def passing(client, hours, *, seen_hours=None):
        session = client.session
        session["began_at_s"] -= hours * HOUR_S
        session["seen_at_s"] -= (hours if seen_hours is None else seen_hours) * HOUR_S
        session.save()

    return passing


@pytest.fixture
def at_work(desk, producer):
    client = desk(producer)
    assert client.get("/admin/").status_code == 200
    return client


def test_a_session_ends_when_nobody_did_anything_for_three_hours(at_work, later):
    later(at_work, 3)

    answer = at_work.get("/admin/jobs/job/?state=failed")

    assert answer.url == "/account/ended/?next=%2Fadmin%2Fjobs%2Fjob%2F%3Fstate%3Dfailed"
    assert "_auth_user_id" not in at_work.session


def test_a_session_goes_on_while_somebody_works(at_work, later):
    for _hour in range(4):
        later(at_work, 2, seen_hours=2)
        assert at_work.get("/admin/").status_code == 200


def test_a_session_ends_after_twelve_hours_even_of_work(at_work, later):
    later(at_work, 12, seen_hours=0)

    assert at_work.get("/admin/").url == "/account/ended/?next=%2Fadmin%2F"


def test_a_page_that_stands_open_keeps_nobody_signed_in(at_work, later):
    later(at_work, 2)
    at_work.get("/admin/lanes/", headers={"HX-Request": "true"})
    later(at_work, 1)

    assert at_work.get("/admin/lanes/", headers={"HX-Request": "true"}).status_code == 401
    assert at_work.get("/admin/").status_code == 302


@pytest.mark.parametrize(("hours", "seen_hours"), [(12, 0), (3, 3)])
def test_whoever_says_with_everything_that_a_page_asked_is_signed_out_in_time_too(producer, later, hours, seen_hours):
    cache.clear()
    htmx = Client(headers={"HX-Request": "true"})
    htmx.post(SIGN_IN, {"login": producer.email, "password": PASSWORD})
    assert htmx.get("/admin/lanes/").status_code == 200

    later(htmx, hours, seen_hours=seen_hours)

    assert htmx.get("/admin/lanes/").status_code == 401
    assert "_auth_user_id" not in htmx.session


def test_a_session_that_does_not_say_when_it_began_is_over(at_work):
    session = at_work.session
    del session["began_at_s"]
    session.save()

    assert at_work.get("/admin/").url == "/account/ended/?next=%2Fadmin%2F"


def test_the_page_says_why_and_leads_back_to_where_one_was(at_work, later, producer):
    later(at_work, 3)
    ended = at_work.get("/admin/jobs/job/").url

    page = at_work.get(ended).content.decode()
    back = at_work.post(SIGN_IN, {"login": producer.email, "password": PASSWORD, "next": "/admin/jobs/job/"}).url

    assert "after 3 hours without doing anything, and after 12 in all" in page
    assert 'href="/account/login/?next=/admin/jobs/job/"' in page
    assert back == "/admin/jobs/job/"


def test_whoever_sent_a_form_too_late_is_told_that_it_was_not_saved(at_work, later):
    later(at_work, 3)

    ended = at_work.post("/admin/me/", {"name": "Pia"}, headers={"Referer": "http://testserver/admin/me/"}).url

    assert ended == "/account/ended/?next=%2Fadmin%2Fme%2F&unsent=1"
    assert "What you sent last was not saved." in at_work.get(ended).content.decode()


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_back_never_leads_to_another_site(db, address):
    page = Client().get("/account/ended/", {"next": address}).content.decode()

    assert 'href="/account/login/?next=/admin/"' in page


def test_players_are_not_looked_up(at_work, later, statements):
    later(at_work, 3)

    with statements() as sent:
        at_work.get("/media/altered/editions/x/master.m3u8")

    assert sent == []


def test_being_there_is_written_down_once_a_minute_and_not_with_every_page(at_work, statements):
    with statements() as sent:
        at_work.get("/admin/me/")

    assert [statement for statement in sent if statement.startswith("UPDATE")] == []


def test_a_person_signs_out_everywhere_else(producer):
    cache.clear()
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post(SIGN_IN, {"login": producer.email, "password": PASSWORD})

    page = here.get("/account/sessions/").content.decode()
    here.post("/account/sessions/")

    assert page.count("127.0.0.1") == 2
    assert [client.get("/admin/").status_code for client in (here, elsewhere)] == [200, 302]


def test_a_person_whose_account_is_closed_is_out_with_the_next_request(at_work, producer):
    producer.is_active = False
    producer.save()

    assert at_work.get("/admin/").status_code == 302


def test_the_clock_keeps_nothing_of_sessions_that_are_over(producer):
    cache.clear()
    Client().post(SIGN_IN, {"login": producer.email, "password": PASSWORD})
    Session.objects.update(expire_date=timezone.now())

    tidy()

    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)
