"""Erasing an account: nothing refers to whose it was any more, and what others wrote is theirs."""

import hashlib

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client

from cms.owner import as_owner
from studios.audit import Wanted, page
from studios.erasing import SoleOwner, erase_account
from studios.joining import LinkSpent, accept, accept_as_newcomer, invite, withdraw
from studios.models import Change, Invitation, Move, Notice, PersonalText, User
from studios.roles import Role
from studios.scope import scope
from tests.conftest import PASSWORD, make_member, make_studio
from tests.dumping import tables_with
from tests.titles.distribution.stories import make_series
from titles.catalog.models import Series
from titles.distribution.bodies import as_text
from titles.distribution.models import Release
from titles.distribution.releasing import submit_series

pytestmark = pytest.mark.django_db(transaction=True)

NAME, BEFORE, ADDRESS = "Nadia Quill", "娜迪亚·王", "nadia.quill@lantern.example"


@pytest.fixture
def nadia(lantern, harbor, owner, outsider):
    """A producer of Lantern who was called otherwise before, looks at Harbor, is awaited elsewhere, and worked."""
    user = User.objects.create_user(ADDRESS, PASSWORD, name=BEFORE)
    for studio, by, role in ((lantern, owner, Role.PRODUCER), (harbor, outsider, Role.VIEWER)):
        with scope(studio, person=by, door="admin"):
            _invitation, secret = invite(email=ADDRESS, name=BEFORE, roles=[role], languages=[], by=by)
        accept(secret, by=user)
    awaited(make_studio("Pier"))
    withdrawn = make_studio("Quay")
    awaited(withdrawn)
    with scope(withdrawn):
        withdraw(Invitation.objects.get())
    User.objects.filter(pk=user.pk).update(name=NAME)
    user.refresh_from_db()
    browser = Client()
    browser.post("/account/login/", {"login": ADDRESS, "password": "wrong"})
    browser.post("/account/login/", {"login": ADDRESS, "password": PASSWORD})
    with scope(lantern, person=user, door="admin"):
        release = submit_series(make_series(), by=user)
    with scope(lantern, person=owner, door="admin"):
        release.ask_for_changes(by=owner, why="The cover is too dark.")
    return user


def awaited(studio):
    """Nadia is invited to ``studio``; returns the secret of the link."""
    with scope(studio):
        return invite(email=ADDRESS, name=NAME, roles=[Role.OWNER], languages=[], by=None)[1]


def test_no_table_holds_a_name_or_the_address(nadia):
    before = tables_with(NAME, BEFORE, ADDRESS)

    erase_account(nadia, by=nadia)

    assert {"studios_user", "studios_invitation", "studios_personaltext"} <= set(before)
    assert tables_with(NAME, BEFORE, ADDRESS) == []


def test_what_others_typed_about_the_person_is_left_as_it_was(nadia, lantern, owner):
    with scope(lantern, person=owner, door="admin"):
        release = Release.objects.get()
        why = f"Ask @{NAME} or write to {ADDRESS}."
        Move.record(release, "", "x", by=owner, why=why)
        notice = Notice.objects.create(person=owner, kind="mention", sentence=why, noun="x", row_id=release.pk)

    erase_account(nadia, by=nadia)

    with scope(lantern):
        assert Move.objects.get(to_state="x").why == why
        assert Notice.objects.get(pk=notice.pk).sentence == why


@pytest.mark.parametrize("called", ["the contract with Acme", "null", "studio_id", ".*", "契約"])
def test_somebody_who_calls_himself_like_a_sentence_rewrites_nothing(lantern, harbor, owner, nadia, called):
    mallory = make_member(harbor, "Mallory", Role.VIEWER)
    User.objects.filter(pk=mallory.pk).update(name=called)
    mallory.refresh_from_db()
    with scope(lantern, person=owner, door="admin"):
        Series.objects.update(synopsis_en=f"She signs {called}.", franchise=f"@{called}")
        Series.objects.update(franchise="")
        Move.record(Series.objects.get(), "", "x", by=owner, why=f"We lost {called}, says @{called}.")
        Notice.objects.create(
            person=owner, kind="mention", sentence=f"@{called}", noun="x", row_id=Series.objects.get().pk
        )
    before = rows_of(lantern)

    erase_account(mallory, by=mallory)

    assert rows_of(lantern) == before


def rows_of(studio):
    """By table: a fingerprint of all rows that belong to ``studio``, history included."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'studio_id' ORDER BY table_name"
        )
        fingerprints = {}
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT md5(string_agg(kept::text, '|' ORDER BY kept::text)) FROM \"{table}\" kept"  # noqa: S608
                " WHERE studio_id = %s",
                [studio.pk],
            )
            fingerprints[table] = cursor.fetchone()[0]
    return fingerprints


def test_open_invitations_are_withdrawn_and_their_links_open_nothing(nadia):
    places = [make_studio("Mole"), make_studio("Dock")]
    secrets = [awaited(place) for place in places]

    erase_account(nadia, by=nadia)

    for place, secret in zip(places, secrets, strict=True):
        with pytest.raises(LinkSpent):
            accept_as_newcomer(secret, name="Eve", password=PASSWORD, language="en")
        with scope(place):
            ended = Invitation.objects.get()
            told = {str(text) for text in PersonalText.objects.all()}
        assert (ended.email, ended.name, ended.withdrawn_at is not None) == ("", "", True)
        assert told == {f"Invited person {str(ended.pk)[-4:]}"}


def test_two_who_were_invited_to_one_studio_are_both_erased(nadia, lantern, owner):
    second = make_member(make_studio("Wharf"), "Wanda", Role.VIEWER)
    place = make_studio("Dock")
    awaited(place)
    with scope(place):
        invite(email=second.email, name="Wanda", roles=[Role.OWNER], languages=[], by=None)

    for user in (nadia, second):
        erase_account(user, by=user)

    with scope(place):
        assert [each.email for each in Invitation.objects.all()] == ["", ""]
        assert Invitation.objects.filter(withdrawn_at=None).count() == 0


def test_an_erasure_that_fails_leaves_everything_as_it_was(nadia, lantern, harbor):
    rule = "ADD CONSTRAINT nothing_is_erased CHECK (erased_at IS NULL)"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE studios_user {rule}")
    try:
        with pytest.raises(IntegrityError):
            erase_account(nadia, by=nadia)
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE studios_user DROP CONSTRAINT nothing_is_erased")

    assert nadia.studio_ids() == [lantern.pk, harbor.pk]
    assert User.objects.get(pk=nadia.pk).name == NAME


def test_the_application_cannot_rewrite_what_history_refers_to(nadia, lantern):
    with scope(lantern), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        PersonalText.objects.update(text="somebody else")


def test_history_says_what_was_done_and_by_which_pseudonym(nadia, lantern):
    with scope(lantern):
        before = len(page(Wanted(person_id=nadia.pk), limit=500).entries)

    user = erase_account(nadia, by=nadia)

    with scope(lantern):
        entries = page(Wanted(person_id=nadia.pk), limit=500).entries
        release = Release.objects.get()
    assert len(entries) == before + 1  # the membership that ended
    assert release.author.name == user.name


def test_the_account_is_a_pseudonym_that_opens_nothing(nadia):
    browser = Client()
    browser.force_login(nadia)

    erase_account(nadia, by=nadia)

    user = User.objects.get(pk=nadia.pk)
    assert (user.name, user.email) == (f"Former member {str(user.pk)[-4:]}", f"former-{user.pk}@erased.invalid")
    assert (user.is_active, user.has_usable_password(), user.erased_at is not None) == (False, False, True)
    assert browser.get("/admin/").status_code == 302


def test_sessions_and_sign_ins_are_gone(nadia):
    browser = Client()
    browser.force_login(nadia)

    erase_account(nadia, by=nadia)

    assert not any(each.get_decoded().get("_auth_user_id") == str(nadia.pk) for each in Session.objects.all())
    assert (AccessLog.objects.count(), AccessAttempt.objects.count()) == (0, 0)


def test_memberships_end_in_every_studio(nadia, lantern, harbor):
    erase_account(nadia, by=nadia)

    assert nadia.studio_ids() == []
    for studio in (lantern, harbor):
        with scope(studio):
            assert Change.objects.filter(noun="studios.membership", operation="delete", person=nadia).count() == 1


def test_digests_of_releases_stay_valid(nadia, lantern):
    erase_account(nadia, by=nadia)

    with scope(lantern):
        release = Release.objects.get()
    assert hashlib.sha256(as_text(release.document).encode()).hexdigest() == release.digest


def test_the_only_owner_of_a_studio_is_not_erased(lantern, owner):
    with pytest.raises(SoleOwner, match="only owner of Lantern"):
        erase_account(owner, by=owner)

    assert User.objects.get(pk=owner.pk).name == "Olive Owner"
    assert owner.studio_ids() == [lantern.pk]


def test_doing_it_again_changes_nothing(nadia):
    erase_account(nadia, by=nadia)
    once = User.objects.values().get(pk=nadia.pk)

    erase_account(User.objects.get(pk=nadia.pk), by=nadia)

    again = User.objects.values().get(pk=nadia.pk)
    assert {**again, "password": ""} == {**once, "password": ""}
