"""Joining a studio by invitation: who is invited, what the link opens, and for whom."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.tasks import tidy
from studios.joining import (
    AlreadyInvited,
    AlreadyMember,
    LinkSpent,
    OthersInvitation,
    accept,
    accept_as_newcomer,
    end,
    give_roles,
    invite,
    offer_of,
    send_again,
    withdraw,
)
from studios.models import Change, Invitation, Membership, PersonalText, Studio, User
from studios.roles import Role
from studios.scope import scope
from tests.conftest import PASSWORD

ADD = "/admin/studios/membership/add/"
NINA = {"email": "Nina@Lantern.example", "name": "Nina Newcomer", "roles": ["editor", "reviewer"], "languages": ["es"]}
ACCOUNT = {"name": "Nina Newcomer", "password": "a very long password", "language": "fr"}


@pytest.fixture
def invited(lantern, owner):
    """``invited(email)`` invites an editor to Lantern and returns the secret of the link."""

    def inviting(email="nina@lantern.example", roles=(Role.EDITOR,)):
        with scope(lantern, person=owner):
            return invite(email=email, name="Nina Newcomer", roles=roles, languages=["es"], by=owner)[1]

    return inviting


def invitation_of(studio):
    with scope(studio):
        return Invitation.objects.get()


def members_of(studio):
    with scope(studio):
        return {str(membership): membership.roles for membership in Membership.objects.select_related("user")}


# Inviting


def test_the_owner_invites_and_is_shown_the_link_once(desk, lantern, owner):
    page = desk(owner).post(ADD, NINA)

    secret = re.search(r"/invitations/([\w-]+)/", page.content.decode())[1]
    offer = offer_of(secret)
    assert (offer.email, offer.name, offer.roles) == ("nina@lantern.example", "Nina Newcomer", ["editor", "reviewer"])
    assert "no-store" in page.headers["Cache-Control"]
    assert members_of(lantern) == {"Olive Owner": ["owner"]}


def test_the_link_is_mailed_after_the_invitation_is_kept(desk, owner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = desk(owner).post(ADD, NINA).content.decode()

    letter = mail.outbox[0]
    address = re.search(r"http://testserver/invitations/[\w-]+/", page)[0]
    assert (letter.to, letter.subject) == (["nina@lantern.example"], "Join Lantern")
    assert "Olive Owner invites you to work for Lantern." in letter.body
    assert address in letter.body


def test_the_letter_is_in_the_language_of_whoever_gets_it(desk, owner, outsider, django_capture_on_commit_callbacks):
    User.objects.filter(pk=outsider.pk).update(language="zh-hans")

    with django_capture_on_commit_callbacks(execute=True):
        page = desk(owner).post(ADD, {**NINA, "email": outsider.email}).content.decode()

    assert mail.outbox[0].subject == "加入 Lantern"
    assert "Invitation of Nina Newcomer" in page


def test_the_page_after_inviting_is_the_same_for_people_with_and_without_an_account(desk, owner, outsider):
    pages = [
        desk(owner).post(ADD, {**NINA, "email": email}).content.decode().replace(email, "…")
        for email in (outsider.email, "nobody@harbor.example")
    ]

    assert len({re.sub(r"/invitations/[\w-]+/|nonce=\"[^\"]+\"|value=\"\w{64}\"", "", page) for page in pages}) == 1


def test_the_secret_of_a_link_is_kept_nowhere(lantern, owner, invited):
    secret = invited()

    with scope(lantern):
        assert secret not in str([list(Change.objects.values()), list(Invitation.objects.values())])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_an_owner_invites(desk, lantern, invited, role):
    person = User.objects.get(pk=accept_as_newcomer(invited(roles=[role]), **ACCOUNT).user_id)

    assert desk(person).post(ADD, NINA).status_code in (302, 403)
    with scope(lantern):
        assert not Invitation.objects.open().exists()


def test_nobody_is_invited_who_is_here_already(in_lantern, owner, editor):
    with pytest.raises(AlreadyMember):
        invite(email=editor.email.upper(), name="Emil", roles=["viewer"], by=owner)


def test_nobody_is_invited_twice_at_a_time(desk, lantern, owner, invited):
    invited()

    page = desk(owner).post(ADD, NINA).content.decode()

    assert "This address has an open invitation." in page
    with scope(lantern), pytest.raises(AlreadyInvited):
        invite(email="NINA@lantern.example", name="Nina", roles=["viewer"], by=owner)


def test_owners_see_who_is_awaited_and_others_do_not(desk, lantern, owner, editor, invited):
    invited()

    pages = {person: desk(person).get("/admin/studios/membership/").content.decode() for person in (owner, editor)}

    assert ["nina@lantern.example" in page for page in pages.values()] == [True, False]


def test_the_list_of_members_needs_no_more_statements_for_more_invitations(desk, owner, invited, statements):
    counts = []
    for number in range(4):
        invited(f"nina{number}@lantern.example")
        if number in (0, 3):
            client = desk(owner)
            client.get("/admin/studios/membership/")
            with statements() as sent:
                client.get("/admin/studios/membership/")
            counts.append(len(sent))

    assert counts[0] == counts[1]


def test_sending_again_makes_a_new_link_and_voids_the_old_one(desk, lantern, owner, invited):
    old, row = invited(), invitation_of(lantern)

    page = desk(owner).post(f"/admin/studios/membership/invitations/{row.pk}/send-again/").content.decode()

    new = re.search(r"/invitations/([\w-]+)/", page)[1]
    assert [Client().get(f"/invitations/{secret}/").status_code for secret in (old, new)] == [410, 200]


def test_a_withdrawn_invitation_opens_nothing_and_keeps_nothing_of_the_person(desk, lantern, owner, invited):
    secret, row = invited(), invitation_of(lantern)

    desk(owner).post(f"/admin/studios/membership/invitations/{row.pk}/withdraw/")

    ended = invitation_of(lantern)
    assert Client().get(f"/invitations/{secret}/").status_code == 410
    assert (ended.email, ended.name, ended.withdrawn_at is not None) == ("", "", True)


@pytest.mark.parametrize("word", ["send-again", "withdraw"])
def test_another_studio_reaches_no_invitation(desk, lantern, outsider, invited, word):
    secret, row = invited(), invitation_of(lantern)

    foreign = desk(outsider).post(f"/admin/studios/membership/invitations/{row.pk}/{word}/")
    missing = desk(outsider).post(f"/admin/studios/membership/invitations/{lantern.pk}/{word}/")

    assert (foreign.status_code, foreign.url) == (missing.status_code, missing.url)
    assert Client().get(f"/invitations/{secret}/").status_code == 200


@pytest.mark.parametrize("word", ["send-again", "withdraw"])
def test_only_an_owner_has_invitations_sent_or_withdrawn(desk, lantern, editor, invited, word):
    invited()

    answer = desk(editor).post(f"/admin/studios/membership/invitations/{invitation_of(lantern).pk}/{word}/")

    assert answer.status_code == 403


def test_what_has_ended_is_neither_sent_nor_withdrawn(lantern, invited):
    accept_as_newcomer(invited(), **ACCOUNT)

    for verb in (send_again, withdraw):
        with scope(lantern), pytest.raises(LinkSpent):
            verb(Invitation.objects.get())


def test_whom_a_removed_owner_invited_is_awaited_no_more(lantern, owner, producer, invited):
    secret = invited()
    with scope(lantern):
        give_roles(Membership.objects.get(user=producer), roles=[Role.OWNER], languages=[])
        end(Membership.objects.get(user=owner))

    ended = invitation_of(lantern)
    assert Client().get(f"/invitations/{secret}/").status_code == 410
    assert (ended.email, ended.withdrawn_at is not None) == ("", True)


def test_whom_somebody_else_invited_is_still_awaited(lantern, producer, invited):
    secret = invited()
    with scope(lantern):
        end(Membership.objects.get(user=producer))

    assert Client().get(f"/invitations/{secret}/").status_code == 200


def test_whom_a_visitor_invited_is_awaited_no_longer_than_the_visit_lasts(lantern, owner, invited):
    secret = invited()
    with scope(lantern):
        Membership.objects.filter(user=owner).update(ends_at=timezone.now())

    assert Client().get(f"/invitations/{secret}/").status_code == 410
    tidy()
    assert invitation_of(lantern).email == ""


# The link


def test_opening_the_link_changes_nothing(lantern, invited):
    address = f"/invitations/{invited()}/"

    assert [Client().get(address).status_code for _time in range(2)] == [200, 200]
    assert members_of(lantern) == {"Olive Owner": ["owner"]}


def test_a_newcomer_chooses_name_password_and_language_and_is_in(lantern, invited):
    client = Client()

    answer = client.post(f"/invitations/{invited()}/", ACCOUNT)

    nina = User.objects.get(email="nina@lantern.example")
    assert (answer.url, client.get("/admin/").status_code) == ("/admin/", 200)
    assert (nina.name, nina.language, nina.check_password(ACCOUNT["password"])) == ("Nina Newcomer", "fr", True)
    assert members_of(lantern) == {"Olive Owner": ["owner"], "Nina Newcomer": ["editor"]}


def test_nothing_of_the_person_is_left_in_an_accepted_invitation(lantern, invited):
    accept_as_newcomer(invited(), **ACCOUNT)

    ended = invitation_of(lantern)
    assert (ended.email, ended.name, ended.accepted_at is not None) == ("", "", True)


@pytest.mark.parametrize("ending", ["accepted", "withdrawn", "lapsed"])
def test_the_audit_forgets_who_was_invited_once_an_invitation_has_ended(lantern, invited, ending):
    secret, row = invited(), invitation_of(lantern)
    if ending == "accepted":
        accept_as_newcomer(secret, **ACCOUNT)
    elif ending == "withdrawn":
        with scope(lantern):
            withdraw(row)
    else:
        with scope(lantern):
            Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        tidy()

    with scope(lantern):
        invitation_told = {text.text for text in PersonalText.objects.filter(row_id=row.pk)}
        changes = PersonalText.objects.told(list(Change.objects.filter(row_id=row.pk).values_list("row", flat=True)))
    assert invitation_told == {f"Invited person {str(row.pk)[-4:]}"}
    assert "nina@lantern.example" not in str(changes)


def test_an_invitation_without_an_address_opens_nothing(lantern, invited):
    secret = invited()
    with scope(lantern):
        Invitation.objects.update(email="")

    with pytest.raises(LinkSpent):
        offer_of(secret)
    with pytest.raises(LinkSpent):
        accept_as_newcomer(secret, **ACCOUNT)


def test_the_audit_says_who_joined(lantern, invited):
    membership = accept_as_newcomer(invited(), **ACCOUNT)

    with scope(lantern):
        joined = Change.objects.get(noun="studios.membership", row_id=membership.pk, operation="insert")
    assert (joined.person_id, joined.door) == (membership.user_id, "admin")


def test_a_weak_password_does_not_spend_the_link(invited):
    address = f"/invitations/{invited()}/"

    page = Client().post(address, {**ACCOUNT, "password": "nina newcomer"}).content.decode()

    assert "too similar" in page
    assert Client().get(address).status_code == 200


def test_whoever_has_an_account_signs_in_and_then_joins(lantern, outsider, invited):
    address, client = f"/invitations/{invited(outsider.email)}/", Client()
    page = client.get(address).content.decode()
    sign_in = re.search(r'href="(/account/login/\?next=[^"]+)"', page)[1]

    back = client.post(sign_in, {"login": outsider.email, "password": PASSWORD, "next": address}).url
    button = client.get(back).content.decode()
    joined = client.post(back)

    assert "Join Lantern" in button
    assert (back, joined.url) == (address, "/admin/")
    assert "Lantern" in client.get("/admin/").content.decode()
    assert members_of(lantern) == {"Olive Owner": ["owner"], "Otto Outsider": ["editor"]}


def test_nobody_gets_a_second_account_or_password_through_the_link(outsider, invited):
    address = f"/invitations/{invited(outsider.email)}/"

    page = Client().post(address, ACCOUNT)

    outsider.refresh_from_db()
    assert "sign in to it first" in page.content.decode()
    assert outsider.check_password(PASSWORD)


def test_an_invitation_for_somebody_else_is_refused_with_a_sentence(desk, lantern, outsider, invited):
    address, client = f"/invitations/{invited()}/", desk(outsider)

    answers = [client.get(address), client.post(address)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "This invitation is for another person" in answers[0].content.decode()
    assert "nina@lantern.example" not in answers[0].content.decode()
    assert members_of(lantern) == {"Olive Owner": ["owner"]}


def test_the_verb_itself_refuses_another_person(outsider, invited):
    with pytest.raises(OthersInvitation):
        accept(invited(), by=outsider)


def test_a_link_works_once(invited):
    address = f"/invitations/{invited()}/"
    Client().post(address, ACCOUNT)

    second = Client().post(address, ACCOUNT)

    assert second.status_code == 410
    assert "This invitation was used, was withdrawn or has expired." in second.content.decode()


def test_a_link_past_its_time_opens_nothing_and_the_clock_forgets_the_person(lantern, invited):
    secret = invited()
    with scope(lantern):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert Client().get(f"/invitations/{secret}/").status_code == 410
    tidy()
    assert invitation_of(lantern).email == ""


def test_a_link_of_a_suspended_studio_opens_nothing(lantern, owner, invited):
    secret = invited()
    with scope(lantern):
        Studio.objects.current().move("active", "suspended", by=owner)

    assert Client().get(f"/invitations/{secret}/").status_code == 410


def test_a_link_that_never_was_opens_nothing(db):
    assert Client().get("/invitations/nonsense/").status_code == 410


def test_somebody_whose_membership_had_ended_joins_again_with_what_is_offered_now(lantern, editor, invited):
    with scope(lantern):
        Membership.objects.filter(user=editor).update(ends_at=timezone.now() - timedelta(days=1), why="a visit")

    accept(invited(editor.email, roles=[Role.VIEWER]), by=editor)

    with scope(lantern):
        membership = Membership.objects.get(user=editor)
    assert (membership.roles, membership.ends_at, membership.why) == (["viewer"], None, "")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_one_link_at_once_one_joins(lantern, invited):
    secret, outcomes, together = invited(), [], threading.Barrier(2)

    def join():
        together.wait()
        try:
            accept_as_newcomer(secret, **ACCOUNT)
            outcomes.append("joined")
        except LinkSpent:
            outcomes.append("refused")
        finally:
            connection.close()

    people = [threading.Thread(target=join) for _person in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(outcomes) == ["joined", "refused"]
    assert members_of(lantern) == {"Olive Owner": ["owner"], "Nina Newcomer": ["editor"]}
