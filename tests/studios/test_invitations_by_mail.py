"""Where mail goes out an invitation's link is for the mailbox alone, and the mailbox proves whose an account is."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from cms.accounts.proof import is_proven
from studios.models import Studio, User
from studios.scope import scope
from tests.conftest import PASSWORD

ADD = "/admin/studios/membership/add/"
NINA = {"email": "nina@lantern.example", "name": "Nina Newcomer", "roles": ["editor"]}
ACCOUNT = {"name": "Nina Newcomer", "password": "a very long password", "language": "en"}
NEW_PASSWORD = "an even longer password"


@pytest.fixture(autouse=True)
def mail_server(settings, db):
    cache.clear()
    settings.MAIL_GOES_OUT = True


@pytest.fixture
def mailed(desk, owner, django_capture_on_commit_callbacks):
    """Nina is invited; what the owner sees, and the link of the letter."""
    with django_capture_on_commit_callbacks(execute=True):
        page = desk(owner).post(ADD, NINA, follow=True).content.decode()
    return page, re.search(r"http://testserver(/invitations/\S+)", mail.outbox[-1].body)[1]


def reset(person):
    Client().post("/account/password/reset/", {"email": person.email})
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    client = Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})


def with_a_key(person):
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
    return person


def test_the_inviter_is_told_that_it_is_mailed_and_never_sees_the_link(mailed):
    page, link = mailed

    assert "The invitation of Nina Newcomer is mailed to nina@lantern.example." in page
    assert "Send again" in page
    assert re.search(r"/invitations/[\w-]{20,}", link)
    assert re.findall(r"/invitations/[\w-]{40,}", page) == []


def test_sending_again_shows_no_link_either(desk, owner, mailed):
    page, old = mailed
    again = re.search(r"/admin/studios/membership/invitations/[\w-]+/send-again/", page)[0]

    answer = desk(owner).post(again)

    assert (answer.status_code, answer.url) == (302, "/admin/studios/membership/")
    assert Client().get(old).status_code == 410


def test_the_first_owner_of_a_studio_is_mailed_too(desk, owner, django_capture_on_commit_callbacks):
    User.objects.filter(pk=owner.pk).update(is_platform=True)
    new = {"name": "Beacon", "slug": "beacon", "time_zone": "UTC", "owner_name": "Nina", "owner_email": NINA["email"]}

    with django_capture_on_commit_callbacks(execute=True):
        page = desk(User.objects.get(pk=owner.pk)).post("/platform/new/", new, follow=True).content.decode()

    assert "the invitation of Nina is mailed to nina@lantern.example." in page
    assert re.findall(r"/invitations/[\w-]{40,}", page) == []
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["nina@lantern.example"], "Join Beacon")


def test_whoever_comes_with_the_letter_has_proven_the_mailbox(mailed):
    _page, link = mailed

    Client().post(link, ACCOUNT)

    assert is_proven(User.objects.get(email=NINA["email"])) is True


def test_whoever_comes_without_it_has_not(mailed):
    _page, link = mailed

    Client().post(f"{link.partition('?')[0]}?mailed=forged", ACCOUNT)

    assert is_proven(User.objects.get(email=NINA["email"])) is False


def test_a_password_by_mail_takes_over_an_account_that_anybody_may_have_made(producer):
    with_a_key(producer)
    squatter = Client()
    squatter.post("/account/login/", {"login": producer.email, "password": PASSWORD})

    reset(producer)

    assert not producer.authenticator_set.exists()
    assert is_proven(producer) is True
    assert squatter.get("/admin/").status_code == 302


def test_the_second_factor_of_a_proven_account_outlives_a_new_password(producer):
    reset(producer)
    cache.clear()
    with_a_key(producer)

    reset(producer)

    assert producer.authenticator_set.count() == 1


def test_where_no_mail_goes_out_the_operators_link_leaves_the_second_factor(settings, producer):
    settings.MAIL_GOES_OUT = False
    with_a_key(producer)

    reset(producer)

    assert producer.authenticator_set.count() == 1


@pytest.mark.parametrize(
    "name", ["Nina\nBcc: all@lantern.example", "Nina\rNewcomer", "Nina\u2028Newcomer", "Nina\x1bN"]
)
def test_a_name_with_a_line_break_is_refused(desk, owner, name):
    page = desk(owner).post(ADD, {**NINA, "name": name}).content.decode()

    assert "A name stands on one line" in page


def test_a_studio_whose_name_has_two_lines_invites_in_one(desk, owner, lantern, django_capture_on_commit_callbacks):
    with scope(lantern):
        Studio.objects.update(name="Lantern\nBcc: all@lantern.example")

    with django_capture_on_commit_callbacks(execute=True):
        desk(owner).post(ADD, NINA)

    assert mail.outbox[0].subject == "Join Lantern Bcc: all@lantern.example"
