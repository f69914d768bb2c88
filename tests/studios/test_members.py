"""Who works in a studio: roles, and leaving."""

import pytest

from studios.joining import LastOwner, end, give_roles
from studios.models import Membership, StudioKey, User
from studios.scope import scope


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


def test_an_account_belongs_to_its_person_and_not_to_the_studio(in_lantern, editor):
    end(Membership.objects.get(user=editor))

    assert User.objects.filter(pk=editor.pk).exists()


def test_whoever_ends_a_membership_is_told_which_keys_stay(desk, lantern, owner, editor):
    with scope(lantern):
        StudioKey.make("Dashboard", scopes=["catalog"], by=editor)
        membership = Membership.objects.get(user=editor)

    page = desk(owner).post(f"/admin/studios/membership/{membership.pk}/delete/", {"post": "yes"}, follow=True)

    assert "Keys that Emil Editor made still open the API: Dashboard." in page.content.decode()
