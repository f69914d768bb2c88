"""The studio's own settings: who may change them, and limits that a person can write without knowing JSON."""

import pytest

from studios.models import Studio
from studios.scope import scope
from titles.media.limits import MediaLimits


@pytest.fixture
def address(lantern):
    return f"/admin/studios/studio/{lantern.pk}/change/"


def kept(studio):
    with scope(studio):
        return Studio.objects.current()


def test_the_list_of_studios_is_the_one_studio(desk, owner, address):
    assert desk(owner).get("/admin/studios/studio/").url == address


def test_a_limit_is_changed_and_the_others_stay_as_shipped(lantern, desk, owner, address):
    fields = {"name": "Lantern", "time_zone": "UTC", "shortest_ms": "15000", "sound": "off", "frame_rates": "25, 30"}

    desk(owner).post(address, fields)

    stored = kept(lantern).media_limits
    limits = MediaLimits.from_json(stored)
    assert stored == {"shortest_ms": 15000, "sound": False, "frame_rates": [25.0, 30.0]}
    assert (limits.shortest_ms, limits.longest_ms, limits.sound) == (15_000, 120_000, False)


def test_limits_that_are_stored_stand_in_the_form(lantern, desk, owner, address):
    with scope(lantern):
        Studio.objects.update(media_limits={"shortest_ms": 15_000})

    assert 'value="15000"' in desk(owner).get(address).content.decode()


def test_an_emptied_limit_is_the_shipped_one_again(lantern, desk, owner, address):
    with scope(lantern):
        Studio.objects.update(media_limits={"shortest_ms": 15_000})

    desk(owner).post(address, {"name": "Lantern", "time_zone": "UTC", "shortest_ms": ""})

    assert kept(lantern).media_limits == {}


def test_limits_that_exclude_each_other_are_told(lantern, desk, owner, address):
    fields = {"name": "Lantern", "time_zone": "UTC", "shortest_ms": "200000"}

    page = desk(owner).post(address, fields).content.decode()

    assert "The limit shortest_ms is above longest_ms." in page
    assert kept(lantern).media_limits == {}


def test_only_an_owner_changes_the_settings(lantern, desk, producer, address):
    assert desk(producer).post(address, {"name": "Mine", "time_zone": "UTC"}).status_code == 403
    assert kept(lantern).name == "Lantern"


def test_an_outsider_sees_no_settings_but_their_own(harbor, desk, outsider, address):
    client = desk(outsider)

    assert client.get(address).status_code == 302
    assert client.get("/admin/studios/studio/").url == f"/admin/studios/studio/{harbor.pk}/change/"
