"""Erasing an account: no table says whose it was, the studio goes on, and history stays readable."""

import hashlib

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.test import Client

from studios.audit import Wanted, page
from studios.erasing import SoleOwner, erase_account
from studios.history import history_of
from studios.joining import accept, invite
from studios.models import Change, Membership, Move, Notice, User
from studios.notices import tell_the_mentioned
from studios.roles import Role
from studios.scope import scope
from tests.conftest import PASSWORD, make_member
from tests.dumping import tables_with
from tests.titles.distribution.stories import make_series
from titles.catalog.models import Series
from titles.distribution.bodies import as_text
from titles.distribution.models import Release
from titles.distribution.releasing import submit_series

pytestmark = pytest.mark.django_db(transaction=True)

NAME, ADDRESS = "Nadia Quill", "nadia.quill@lantern.example"


@pytest.fixture
def nadia(lantern, harbor, owner, outsider):
    """A producer of Lantern who also looks at Harbor, was invited, signed in, worked, and is spoken of."""
    user = User.objects.create_user(ADDRESS, PASSWORD, name=NAME)
    for studio, by, role in ((lantern, owner, Role.PRODUCER), (harbor, outsider, Role.VIEWER)):
        with scope(studio, person=by, door="admin"):
            _invitation, secret = invite(email=ADDRESS, name=NAME, roles=[role], languages=[], by=by)
        accept(secret, by=user)
    browser = Client()
    browser.post("/account/login/", {"login": ADDRESS, "password": "wrong"})
    browser.post("/account/login/", {"login": ADDRESS, "password": PASSWORD})
    with scope(lantern, person=user, door="admin"):
        release = submit_series(make_series(), by=user)
    with scope(lantern, person=owner, door="admin"):
        why = f"Ask @{NAME} or write to {ADDRESS.upper()}."
        release.ask_for_changes(by=owner, why=why)
        tell_the_mentioned(release, why, by=owner)
        Series.objects.update(franchise=f"By {ADDRESS}")
        Series.objects.update(franchise="")
    return user


def test_no_table_holds_the_name_or_the_address(nadia, owner):
    before = tables_with(NAME, ADDRESS)

    erase_account(nadia, by=nadia)

    assert {"studios_user", "studios_move", "studios_notice", "studios_personaltext", "studios_change"} <= set(before)
    assert tables_with(NAME, ADDRESS) == []


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


def test_history_says_what_was_done_and_by_which_pseudonym(nadia, lantern):
    with scope(lantern):
        before = len(page(Wanted(person_id=nadia.pk), limit=500).entries)

    user = erase_account(nadia, by=nadia)

    with scope(lantern):
        release = Release.objects.get()
        newest = history_of(release)[0]
        entries = page(Wanted(person_id=nadia.pk), limit=500).entries
    assert newest.move.why == f"Ask @{user.name} or write to {user.name}."
    assert len(entries) == before + 1  # the membership that ended
    assert release.author.name == user.name


def test_digests_of_releases_stay_valid(nadia, lantern):
    erase_account(nadia, by=nadia)

    with scope(lantern):
        release = Release.objects.get()
    assert hashlib.sha256(as_text(release.document).encode()).hexdigest() == release.digest


def test_others_keep_their_notices_and_their_names(nadia, lantern, owner):
    with scope(lantern):
        Notice.objects.create(
            person=owner, kind="mention", sentence=f"{NAME} asks", noun="studios.user", row_id=nadia.pk
        )

    user = erase_account(nadia, by=nadia)

    with scope(lantern):
        assert [notice.sentence for notice in Notice.objects.filter(person=owner)] == [f"{user.name} asks"]
    assert User.objects.get(pk=owner.pk).name == "Olive Owner"


def test_a_name_of_one_word_is_replaced_where_it_is_addressed_alone(lantern, owner):
    user = make_member(lantern, "Rose", Role.VIEWER)
    with scope(lantern, person=owner):
        Move.record(Membership.objects.first(), "", "x", by=owner, why="@Rose wants the rose redder, @Rosemary not.")

    alias = erase_account(user, by=user).name

    with scope(lantern):
        assert Move.objects.get(to_state="x").why == f"{alias} wants the rose redder, @Rosemary not."


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
