"""Who works in a studio: joining by invitation, roles, and leaving."""

import pytest

from studios.joining import AlreadyMember, LastOwner, OthersAccount, end, give_roles, invite, new_link
from studios.models import Change, LinkSpent, Membership, SignInLink, User
from studios.roles import Role
from studios.scope import scope

NINA = {"email": "Nina@Lantern.example", "name": "Nina Newcomer", "roles": ["editor", "reviewer"], "languages": ["es"]}


def test_the_owner_adds_a_member_and_is_shown_the_link_once(desk, lantern, owner):
    page = desk(owner).post("/admin/studios/membership/add/", NINA)

    with scope(lantern):
        membership = Membership.objects.select_related("user").get(user__email="nina@lantern.example")
    link = page.content.decode().partition("/sign-in/")[2].partition("/")[0]
    assert (membership.roles, membership.languages) == (["editor", "reviewer"], ["es"])
    assert SignInLink.user_of(link) == membership.user
    assert "no-store" in page.headers["Cache-Control"]


def test_the_secret_of_a_link_is_kept_nowhere(lantern, owner):
    with scope(lantern, person=owner):
        secret = invite(email="nina@lantern.example", name="Nina", roles=["editor"], by=owner).secret
        changes = list(Change.objects.values_list("row", flat=True))

    assert secret not in str(changes)
    assert secret not in str(SignInLink.objects.values())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_an_owner_adds_members(desk, lantern, owner, role):
    with scope(lantern):
        person = invite(email="x@lantern.example", name="X", roles=[role], by=owner).membership.user

    assert desk(person).post("/admin/studios/membership/add/", NINA).status_code == 403


def test_nobody_joins_twice(in_lantern, owner, editor):
    with pytest.raises(AlreadyMember):
        invite(email=editor.email.upper(), name="Emil", roles=["viewer"], by=owner)


def test_a_person_with_a_password_joins_without_a_link(outsider, in_lantern, owner):
    invitation = invite(email=outsider.email, name="Otto", roles=["viewer"], by=owner)

    assert (invitation.secret, invitation.membership.user) == ("", outsider)


def test_another_studio_cannot_take_over_an_account_that_waits_for_its_first_password(lantern, harbor, owner, outsider):
    with scope(harbor):
        invite(email="nina@example.org", name="Nina", roles=["viewer"], by=outsider)

    with scope(lantern), pytest.raises(OthersAccount):
        invite(email="nina@example.org", name="Nina", roles=["owner"], by=owner)


def test_joining_a_second_studio_voids_the_links_that_the_first_one_made(lantern, harbor, owner, outsider, editor):
    with scope(lantern):
        secret = new_link(Membership.objects.get(user=editor), by=owner)

    with scope(harbor):
        invite(email=editor.email, name="Emil", roles=["viewer"], by=outsider)

    with pytest.raises(LinkSpent):
        SignInLink.user_of(secret)


def test_no_studio_makes_a_link_for_somebody_who_also_works_elsewhere(lantern, harbor, owner, outsider):
    with scope(lantern):
        membership = invite(email=outsider.email, name="Otto", roles=["viewer"], by=owner).membership

        with pytest.raises(OthersAccount):
            new_link(membership, by=owner)


def test_a_new_link_replaces_the_old_one(in_lantern, owner, editor):
    membership = Membership.objects.get(user=editor)
    first = new_link(membership, by=owner)

    second = new_link(membership, by=owner)

    assert SignInLink.user_of(second) == editor
    with pytest.raises(LinkSpent):
        SignInLink.user_of(first)


def test_the_last_owner_stays_an_owner(in_lantern, owner):
    membership = Membership.objects.get(user=owner)

    with pytest.raises(LastOwner):
        give_roles(membership, roles=["viewer"], languages=[])
    with pytest.raises(LastOwner):
        end(membership)


def test_the_last_owner_is_told_beside_the_field(desk, lantern, owner):
    with scope(lantern):
        membership = Membership.objects.get(user=owner)

    page = desk(owner).post(f"/admin/studios/membership/{membership.pk}/change/", {"roles": ["viewer"]})

    assert "Olive Owner is the only owner." in page.content.decode()


def test_an_owner_may_go_when_another_stays(in_lantern, owner, editor):
    give_roles(Membership.objects.get(user=editor), roles=["owner"], languages=[])

    end(Membership.objects.get(user=owner))

    assert [membership.user for membership in Membership.objects.all()] == [editor]


def test_a_person_whose_membership_ended_is_out_with_the_next_request(desk, lantern, owner, editor):
    client = desk(editor)
    with scope(lantern):
        end(Membership.objects.get(user=editor))

    assert client.get("/admin/catalog/series/").url == "/no-studio/"


def test_an_outsider_sees_no_member(desk, lantern, owner, outsider):
    with scope(lantern):
        membership = Membership.objects.get(user=owner)
    client = desk(outsider)

    assert "Olive Owner" not in client.get("/admin/studios/membership/").content.decode()
    assert client.get(f"/admin/studios/membership/{membership.pk}/change/").status_code == 302


def test_an_account_belongs_to_its_person_and_not_to_the_studio(in_lantern, owner):
    user = invite(email="nina@lantern.example", name="Nina", roles=["viewer"], by=owner).membership.user

    end(Membership.objects.get(user=user))

    assert User.objects.filter(pk=user.pk).exists()
