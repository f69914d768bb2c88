"""The studio's own settings, and who may change them."""

import pytest

from studios.models import Studio
from studios.scope import scope


@pytest.fixture
def address(lantern):
    return f"/admin/studios/studio/{lantern.pk}/change/"


def kept(studio):
    with scope(studio):
        return Studio.objects.current()


def test_the_list_of_studios_is_the_one_studio(desk, owner, address):
    assert desk(owner).get("/admin/studios/studio/").url == address


def test_only_an_owner_changes_the_settings(lantern, desk, producer, address):
    assert desk(producer).post(address, {"name": "Mine", "time_zone": "UTC"}).status_code == 403
    assert kept(lantern).name == "Lantern"


def test_an_outsider_sees_no_settings_but_their_own(harbor, desk, outsider, address):
    client = desk(outsider)

    assert client.get(address).status_code == 302
    assert client.get("/admin/studios/studio/").url == f"/admin/studios/studio/{harbor.pk}/change/"
