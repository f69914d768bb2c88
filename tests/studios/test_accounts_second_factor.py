"""Second factors: enrolling one, signing in with it, losing it, and the studios that ask for it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from studios.models import Membership, Studio, User
from studios.roles import Role
from studios.scope import scope
from tests.authenticator import PERIOD_S, code_for
from tests.conftest import PASSWORD, make_member

SIGN_IN = "/account/login/"
ACTIVATE = "/account/mfa/totp/activate/"


@pytest.fixture(autouse=True)
def no_tries_yet(db):
    cache.clear()


@pytest.fixture
def enrol(desk):
    """``enrol(person)`` activates an authenticator app through the pages and returns its secret."""

    def enrolling(person, client=None):
        client = client or desk(person)
        client.get("/account/mfa/")
        page = client.get(ACTIVATE).content.decode()
        secret = re.search(r'id="authenticator_secret".*?value="(\w+)"', page)[1]
        client.post(ACTIVATE, {"code": code_for(secret)})
        cache.clear()  # else the code of this half minute would count as used
        return secret

    return enrolling


def sign_in(client, person):
    return client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})


def require(studio):
    with scope(studio):
        Studio.objects.update(mfa_required=True)


def test_whoever_has_enrolled_an_app_signs_in_with_password_and_code(enrol, producer):
    secret, client = enrol(producer), Client()

    first = sign_in(client, producer)
    second = client.post(first.url, {"code": code_for(secret)})

    assert (first.url, second.url) == ("/account/mfa/authenticate/", "/admin/")


def test_the_password_alone_opens_nothing(enrol, producer):
    enrol(producer)
    client = Client()
    sign_in(client, producer)

    assert client.get("/admin/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_code_works_once(enrol, producer):
    secret, first, second = enrol(producer), Client(), Client()
    sign_in(first, producer)
    sign_in(second, producer)
    code = code_for(secret)

    answers = [client.post("/account/mfa/authenticate/", {"code": code}).status_code for client in (first, second)]

    assert answers == [302, 200]


def test_a_code_of_five_minutes_ago_is_refused(enrol, producer):
    secret, client = enrol(producer), Client()
    sign_in(client, producer)

    old = code_for(secret, at_s=time.time() - 10 * PERIOD_S)

    assert client.post("/account/mfa/authenticate/", {"code": old}).status_code == 200


def test_codes_cannot_be_guessed(enrol, producer):
    secret, client = enrol(producer), Client()
    sign_in(client, producer)
    for guess in range(5):
        client.post("/account/mfa/authenticate/", {"code": f"{guess:06d}"})

    page = client.post("/account/mfa/authenticate/", {"code": code_for(secret)})

    assert page.status_code == 200
    assert "Too many failed login attempts. Try again later." in page.content.decode()


def test_the_secret_is_encrypted_in_the_database(enrol, producer):
    secret = enrol(producer)

    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_recovery_codes_are_shown_once_and_each_opens_once(desk, producer):
    client = desk(producer)
    client.get("/account/mfa/")
    secret = re.search(r'value="(\w+)"', client.get(ACTIVATE).content.decode().partition("authenticator_secret")[2])[1]
    page = client.post(ACTIVATE, {"code": code_for(secret)}, follow=True).content.decode()
    codes = re.findall(r"^\s*(?:<textarea[^>]*>)?(\d{8})\b", page, re.MULTILINE)
    again = client.get("/account/mfa/recovery-codes/").content.decode()

    answers = []
    for _time in range(2):
        newcomer = Client()
        sign_in(newcomer, producer)
        answers.append(newcomer.post("/account/mfa/authenticate/", {"code": codes[3]}).status_code)

    assert (len(codes), codes[3] in again, answers) == (10, False, [302, 200])


def test_a_passkey_or_app_is_added_only_by_whoever_knows_the_password(desk, producer):
    """A browser that was left open an hour ago must not give its finder a key of their own."""
    client = desk(producer)
    client.get("/account/mfa/")
    session = client.session
    session["began_at_s"] -= 3600
    session.save()

    assert client.get(ACTIVATE).url.startswith("/account/reauthenticate/")
    assert client.get("/account/mfa/webauthn/add/").url.startswith("/account/reauthenticate/")
    client.post(f"/account/reauthenticate/?next={ACTIVATE}", {"password": "wrong"})
    assert client.get(ACTIVATE).status_code == 302
    client.post(f"/account/reauthenticate/?next={ACTIVATE}", {"password": PASSWORD})
    assert client.get(ACTIVATE).status_code == 200


# Studios that ask for one


@pytest.mark.parametrize("page", ["/admin/", "/admin/catalog/series/", "/admin/studios/membership/", "/admin/me/"])
def test_a_member_without_one_is_led_to_the_page_where_it_is_added(desk, lantern, producer, page):
    require(lantern)
    client = desk(producer)

    answer = client.get(page)

    assert answer.url == "/account/mfa/"
    assert "Lantern asks for a second factor." in client.get(answer.url).content.decode()


def test_whoever_has_enrolled_goes_on(desk, enrol, lantern, producer):
    require(lantern)
    client = desk(producer)

    enrol(producer, client)

    assert client.get("/admin/").status_code == 200


@pytest.fixture
def stale(desk, enrol, lantern, producer):
    """The browser of a thief, who signed in with the password alone before the producer enrolled; and the secret."""
    thief = desk(producer)
    assert thief.get("/admin/").status_code == 200
    secret = enrol(producer)
    require(lantern)
    return thief, secret


def test_a_session_that_is_older_than_the_factor_has_to_use_it(stale):
    thief, secret = stale

    led = thief.get("/admin/catalog/series/").url
    refused = thief.post(led, {"code": "000000"}).status_code
    let_in = thief.post(led, {"code": code_for(secret)}).url

    assert led == "/account/mfa/reauthenticate/?next=%2Fadmin%2Fcatalog%2Fseries%2F"
    assert (refused, let_in, thief.get("/admin/").status_code) == (200, "/admin/catalog/series/", 200)


def test_the_password_is_not_enough_for_such_a_session(stale):
    thief, _secret = stale

    thief.post("/account/reauthenticate/?next=/admin/", {"password": PASSWORD})

    assert thief.get("/admin/").url.startswith("/account/mfa/reauthenticate/")
    assert thief.get("/admin/lanes/", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize(
    "page",
    [
        "mfa/",
        "mfa/totp/deactivate/",
        "mfa/webauthn/add/",
        "mfa/recovery-codes/generate/",
        "password/change/",
        "data/",
        "data/everything.json",
        "erase/",
        "reauthenticate/",
    ],
)
def test_such_a_session_neither_adds_a_factor_nor_changes_the_account(stale, page):
    thief, _secret = stale

    assert thief.get(f"/account/{page}").url.startswith("/account/mfa/reauthenticate/?next=")


def test_such_a_session_sends_no_masters(stale, lantern):
    thief, _secret = stale

    assert thief.post(f"/uploads/episodes/{lantern.pk}/master/").status_code == 403


def test_such_a_session_of_platform_staff_stays_outside(settings, stale, producer):
    thief, _secret = stale
    User.objects.filter(pk=producer.pk).update(is_platform=True)
    settings.PLATFORM_MFA = True

    assert thief.get("/platform/").url.startswith("/account/mfa/reauthenticate/")


def test_enrolling_ends_the_persons_other_sessions(enrol, producer):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, producer)

    enrol(producer, here)

    assert [client.get("/admin/").status_code for client in (here, elsewhere)] == [200, 302]
    assert "_auth_user_id" not in elsewhere.session


def test_whoever_signed_in_with_a_code_goes_on(enrol, lantern, producer):
    secret, client = enrol(producer), Client()
    require(lantern)

    client.post(sign_in(client, producer).url, {"code": code_for(secret)})

    assert client.get("/admin/").status_code == 200


def test_asking_for_one_costs_a_page_one_statement(desk, enrol, lantern, producer, statements):
    client = desk(producer)
    enrol(producer, client)
    counts = []
    for _time in range(2):
        with statements() as sent:
            client.get("/admin/me/")
        counts.append(len(sent))
        require(lantern)

    assert counts[1] == counts[0] + 1


def test_recovery_codes_alone_are_no_second_factor(desk, lantern, producer):
    require(lantern)
    Authenticator.objects.create(user=producer, type=Authenticator.Type.RECOVERY_CODES, data={})

    assert desk(producer).get("/admin/").url == "/account/mfa/"


def test_whoever_owes_one_may_sign_out_and_work_in_another_studio(desk, lantern, harbor, producer):
    require(lantern)
    with scope(harbor):
        Membership.objects.create(user=producer, roles=[Role.VIEWER])
    client = desk(producer)

    client.post("/studio/", {"studio": str(harbor.pk)})

    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/").url == SIGN_IN


def test_masters_are_not_taken_from_whoever_owes_one(desk, lantern, producer):
    uploading, no_episode = desk(producer), f"/uploads/episodes/{lantern.pk}/master/"
    before = uploading.post(no_episode).status_code

    require(lantern)

    assert (before, uploading.post(no_episode).status_code) == (404, 403)


def test_what_an_open_page_asks_is_refused_and_not_redirected(desk, lantern, producer):
    require(lantern)

    assert desk(producer).get("/admin/lanes/", headers={"HX-Request": "true"}).status_code == 401


def test_an_owner_cannot_ask_for_what_they_do_not_have(desk, lantern, owner):
    page = desk(owner).post(f"/admin/studios/studio/{lantern.pk}/change/", settings_of(lantern))

    assert "Add a second factor to your own account first" in page.content.decode()
    with scope(lantern):
        assert Studio.objects.current().mfa_required is False


def test_an_owner_who_has_one_may_ask_for_it(desk, enrol, lantern, owner):
    client = desk(owner)
    enrol(owner, client)

    client.post(f"/admin/studios/studio/{lantern.pk}/change/", settings_of(lantern))

    with scope(lantern):
        assert Studio.objects.current().mfa_required is True


def settings_of(studio):
    return {"name": studio.name, "time_zone": "UTC", "mfa_required": "on"}


def test_platform_staff_need_one_where_the_operator_says_so(desk, settings, lantern):
    staff = make_member(lantern, "Stella Staff", Role.VIEWER)
    User.objects.filter(pk=staff.pk).update(is_platform=True)
    client = desk(User.objects.get(pk=staff.pk))

    settings.PLATFORM_MFA = False
    assert client.get("/platform/").status_code == 200
    settings.PLATFORM_MFA = True
    assert client.get("/platform/").url == "/account/mfa/"


@pytest.mark.parametrize("language", ["en", "zh-hans", "es", "pt-br", "fr", "ja", "id", "ar"])
def test_the_pages_of_the_account_speak_the_language_of_their_person(desk, producer, language):
    User.objects.filter(pk=producer.pk).update(language=language)
    with translation.override(language):
        heading = translation.gettext("Two-Factor Authentication")

    page = desk(producer).get("/account/mfa/").content.decode()

    assert heading in page
    assert (heading == "Two-Factor Authentication") is (language == "en")


def test_the_operator_takes_a_lost_factor_away_with_every_session(enrol, producer, capsys):
    signed_in = Client()
    sign_in(signed_in, producer)
    enrol(producer, signed_in)

    call_command("secondfactor", producer.email.upper())
    has_one = capsys.readouterr().out
    call_command("secondfactor", producer.email, "--remove")
    call_command("secondfactor", producer.email)

    assert has_one == "Pia Producer has a second factor. Remove it with --remove.\n"
    assert capsys.readouterr().out.splitlines()[-1] == "Pia Producer has no second factor."
    assert signed_in.get("/admin/").status_code == 302
    assert sign_in(Client(), producer).url == "/admin/"
