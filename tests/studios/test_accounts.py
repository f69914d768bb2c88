"""Signing in and out, passwords, and guesses: through the real pages."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from studios.models import User
from tests.conftest import PASSWORD

SIGN_IN = "/account/login/"
NEW_PASSWORD = "an even longer password"


@pytest.fixture(autouse=True)
def no_tries_yet(db):
    cache.clear()


def sign_in(client, person, password=PASSWORD, **where):
    return client.post(SIGN_IN, {"login": person.email, "password": password}, **where)


def test_signing_in_lands_on_the_desk(producer):
    assert sign_in(Client(), producer).url == "/admin/"


def test_the_desk_asks_strangers_to_sign_in_and_then_shows_the_page_that_was_asked_for(producer):
    client = Client()
    asked = client.get("/admin/jobs/job/", follow=True).redirect_chain[-1][0]

    answer = client.post(asked, {"login": producer.email.upper(), "password": PASSWORD, "next": "/admin/jobs/job/"})

    assert (asked, answer.url) == ("/account/login/?next=/admin/jobs/job/", "/admin/jobs/job/")


def test_the_way_back_never_leads_to_another_site(producer):
    address = f"{SIGN_IN}?next=https://evil.example/"

    answer = Client().post(address, {"login": producer.email, "password": PASSWORD, "next": "https://evil.example/"})

    assert answer.url == "/admin/"


def test_a_wrong_password_and_an_unknown_address_are_refused_alike(producer):
    pages = [
        Client().post(SIGN_IN, {"login": email, "password": "wrong"}).content.decode()
        for email in (producer.email, "nobody@lantern.example")
    ]

    refusals = [
        re.findall(r"The email address and/or password you specified are not correct\.", page) for page in pages
    ]
    assert [len(refusal) for refusal in refusals] == [1, 1]


def test_nobody_signs_up_by_themselves(db):
    assert [Client().get(f"/account/{page}/").status_code for page in ("signup", "email")] == [404, 404]


def test_a_closed_account_does_not_sign_in(producer):
    User.objects.filter(pk=producer.pk).update(is_active=False)
    client = Client()

    answer = client.post(SIGN_IN, {"login": producer.email, "password": PASSWORD}, follow=True)

    assert "This account has been closed." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_out_ends_the_session(desk, producer):
    client = desk(producer)

    answer = client.post("/admin/logout/")

    assert (answer.url, client.get("/admin/").status_code) == (SIGN_IN, 302)


def test_an_open_page_is_not_filled_with_the_sign_in_form(db):
    """htmx would put whatever it is led to in the place of a part of the page."""
    assert Client().get("/admin/lanes/", headers={"HX-Request": "true"}, follow=True).status_code == 401


# Guesses


def test_after_five_wrong_passwords_even_the_right_one_is_refused_for_a_while(producer):
    client = Client()
    pages = [sign_in(client, producer, "wrong") for _guess in range(5)]

    locked = sign_in(client, producer)

    assert [page.status_code for page in pages] == [200, 200, 200, 200, 429]
    assert locked.status_code == 429
    assert "Try again in 15 minutes." in locked.content.decode()


def test_somebody_elses_guesses_do_not_lock_a_person_out(producer):
    for _guess in range(6):
        sign_in(Client(), producer, "wrong", REMOTE_ADDR="198.51.100.7")

    assert sign_in(Client(), producer, REMOTE_ADDR="198.51.100.8").url == "/admin/"


def test_one_persons_guesses_do_not_lock_the_office_out(producer, editor):
    for _guess in range(6):
        sign_in(Client(), producer, "wrong")

    assert sign_in(Client(), editor).url == "/admin/"


def test_an_office_behind_one_address_is_never_shut_out_as_a_whole(mail_server, producer, editor):
    for number in range(130):
        address = f"nobody{number}@lantern.example"
        Client().post(SIGN_IN, {"login": address, "password": ""})
        if number < 30:
            forgotten(address)

    assert sign_in(Client(), editor).url == "/admin/"
    assert forgotten(producer.email).status_code == 302


def test_the_lock_opens_by_itself(producer):
    for _guess in range(6):
        sign_in(Client(), producer, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert sign_in(Client(), producer).url == "/admin/"


def test_whoever_goes_on_guessing_does_not_push_the_end_of_the_lock_away(producer):
    for _guess in range(5):
        sign_in(Client(), producer, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10))

    locked = sign_in(Client(), producer, "wrong")

    assert "Try again in 5 minutes." in locked.content.decode()


def test_the_operator_lifts_a_lock(producer):
    for _guess in range(6):
        sign_in(Client(), producer, "wrong")

    call_command("axes_reset_username", producer.email, verbosity=0)

    assert sign_in(Client(), producer).url == "/admin/"


def test_a_forged_address_does_not_evade_the_lock(producer):
    for guess in range(6):
        sign_in(Client(), producer, "wrong", headers={"X-Forwarded-For": f"198.51.100.{guess}"})

    assert sign_in(Client(), producer).status_code == 429


def test_behind_a_proxy_the_address_is_what_the_proxy_says_last(settings, producer):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for guess in range(6):
        sign_in(Client(), producer, "wrong", headers={"X-Forwarded-For": f"203.0.113.{guess}, 198.51.100.7"})

    attempt = AccessAttempt.objects.get()
    assert attempt.ip_address == "198.51.100.7"
    assert sign_in(Client(), producer, headers={"X-Forwarded-For": "198.51.100.8"}).url == "/admin/"


def test_an_ipv6_visitor_does_not_evade_the_lock_with_another_address_of_their_network(producer):
    for guess in range(6):
        sign_in(Client(), producer, "wrong", REMOTE_ADDR=f"2001:db8:1:2::{guess:x}")

    assert sign_in(Client(), producer, REMOTE_ADDR="2001:db8:1:2::ffff").status_code == 429
    assert sign_in(Client(), producer, REMOTE_ADDR="2001:db8:1:3::1").url == "/admin/"


def test_a_new_password_opens_the_lock(mail_server, producer):
    for _guess in range(6):
        sign_in(Client(), producer, "wrong")
    forgotten(producer.email)
    client = Client()
    form = client.get(link_in(mail.outbox[0]), follow=True).redirect_chain[-1][0]

    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert sign_in(Client(), producer, NEW_PASSWORD).url == "/admin/"


def test_the_page_at_the_door_asks_the_database_nothing(db, statements):
    with statements() as sent:
        page = Client().get(SIGN_IN)

    assert (page.status_code, sent) == (200, [])


def test_what_was_typed_wrongly_is_not_kept(producer):
    sign_in(Client(), producer, "nearly my password")

    attempt = AccessAttempt.objects.get()
    assert "nearly" not in attempt.post_data
    assert producer.email not in attempt.post_data


def test_an_address_longer_than_an_account_may_have_is_refused_plainly(db):
    page = Client().post(SIGN_IN, {"login": f"{'a' * 60}@{'b.' * 100}example", "password": "x"})

    assert (page.status_code, AccessAttempt.objects.count()) == (200, 0)


# Passwords


@pytest.fixture
def mail_server(settings):
    """Mail goes somewhere, so the page for forgotten passwords has a form."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def forgotten(email, **where):
    return Client().post("/account/password/reset/", {"email": email}, **where)


def link_in(letter):
    return re.search(r"http://testserver(/account/password/reset/key/\S+)", letter.body)[1]


def test_a_forgotten_password_is_replaced_through_a_link_by_mail(mail_server, producer):
    forgotten(producer.email.upper())
    client = Client()
    form = client.get(link_in(mail.outbox[0]), follow=True).redirect_chain[-1][0]

    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert sign_in(Client(), producer, NEW_PASSWORD).url == "/admin/"


def test_the_link_works_once(mail_server, producer):
    forgotten(producer.email)
    link, client = link_in(mail.outbox[0]), Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert "has already been used" in Client().get(link).content.decode()


def test_the_letter_is_in_the_language_of_its_reader(mail_server, producer):
    User.objects.filter(pk=producer.pk).update(language="fr")

    forgotten(producer.email)

    assert "mot de passe" in mail.outbox[0].body
    assert (mail.outbox[0].to, mail.outbox[0].alternatives) == ([producer.email], [])


def test_nobody_learns_whether_an_address_has_an_account(mail_server, producer):
    answers = [forgotten(email) for email in (producer.email, "nobody@lantern.example")]

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/account/password/reset/done/")}
    assert [letter.to for letter in mail.outbox] == [[producer.email]]


def test_nobody_floods_a_letter_box(mail_server, producer):
    statuses = [forgotten(producer.email).status_code for _time in range(4)]

    assert (statuses, len(mail.outbox)) == ([302, 302, 302, 429], 3)


def test_where_no_mail_is_sent_the_page_says_whom_to_ask(settings, db):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert "This installation sends no e-mail." in Client().get("/account/password/reset/").content.decode()


def test_the_operator_makes_a_link_where_there_is_no_mail(producer, capsys):
    call_command("passwordlink", producer.email.upper())
    link = capsys.readouterr().out.strip().removeprefix("http://127.0.0.1:8000")
    client = Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]

    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert sign_in(Client(), producer, NEW_PASSWORD).url == "/admin/"


def test_a_new_password_ends_all_other_sessions(desk, producer):
    here, elsewhere = desk(producer), desk(producer)
    passwords = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    answer = here.post("/account/password/change/", passwords)

    assert answer.url == "/admin/me/"
    assert [client.get("/admin/").status_code for client in (here, elsewhere)] == [200, 302]


def test_a_weak_password_is_not_taken(desk, producer):
    passwords = {"oldpassword": PASSWORD, "password1": "password123", "password2": "password123"}

    page = desk(producer).post("/account/password/change/", passwords).content.decode()

    assert "too common" in page
