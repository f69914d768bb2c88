"""What is turned away before anybody looks at it."""

import pytest
from django.test import Client

from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import one_of_each
from tests.conftest import make_member
from titles.catalog.models import Episode
from titles.distribution.models import Release

MEGABYTE = 1024 * 1024


@pytest.fixture
def episode(stores, lantern, producer, second_producer) -> Episode:
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        return Episode.objects.get()


def send(client: Client, path: str, size_bytes: int):
    return client.generic("POST", path, b"x" * size_bytes, content_type="application/octet-stream")


def test_a_stranger_may_not_send_a_large_body():
    assert send(Client(), "/admin/login/", 300_000).status_code == 413


def test_the_forms_of_the_desk_take_a_few_megabytes(desk, producer):
    assert [send(desk(producer), "/admin/", size).status_code for size in (3 * MEGABYTE, 5 * MEGABYTE)] == [400, 413]


def test_only_the_address_of_masters_takes_a_large_body(desk, episode, producer):
    path = f"/uploads/episodes/{episode.pk}/master/"

    assert send(desk(producer), path, 5 * MEGABYTE).status_code == 302
    assert send(desk(producer), f"/admin/catalog/episode/{episode.pk}/subtitles/", 5 * MEGABYTE).status_code == 413


def test_nobody_may_send_more_than_the_largest_master(settings, desk, episode, producer):
    settings.MASTER_MOST_BYTES = 5 * MEGABYTE

    assert send(desk(producer), f"/uploads/episodes/{episode.pk}/master/", 6 * MEGABYTE).status_code == 413


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.DISTRIBUTOR, Role.VIEWER, Role.GUEST])
def test_whoever_uploads_no_masters_sends_no_large_body(desk, lantern, episode, role):
    person = make_member(lantern, "Nora Nobody", role)

    assert send(desk(person), f"/uploads/episodes/{episode.pk}/master/", 5 * MEGABYTE).status_code == 413


@pytest.mark.parametrize(
    "address",
    [
        "/admin/search/?s=%00",
        "/admin/catalog/series/?q=%00",
        "/admin/jobs/job/?kind=%00",
        "/admin/studios/change/?noun=a%00b",
        "/admin/autocomplete/?term=%00&app_label=distribution&model_name=grant&field_name=series",
        "/admin/catalog/series/%00/change/",
        "/sign-in/%00/",
        "/?next=%00",
    ],
)
def test_a_zero_byte_in_an_address_is_refused(desk, owner, address):
    assert desk(owner).get(address).status_code == 400


@pytest.mark.parametrize("address", ["/feed/v1/changes?cursor=%00", "/feed/v1/series/%00", "/feed/v1/%00"])
def test_partners_are_told_in_json_what_is_wrong_with_a_zero_byte(db, address):
    response = Client().get(address)

    assert (response.status_code, response.headers["Content-Type"]) == (401, "application/json")


def test_a_zero_byte_in_a_reason_is_refused(desk, lantern, episode, second_producer):
    with scope(lantern):
        release = Release.objects.get()
    address = f"/admin/distribution/release/{release.pk}/do/withdraw/"

    assert desk(second_producer).post(address, {"why": "wrong\0cut"}).status_code == 400
    with scope(lantern):
        assert Release.objects.get().state == Release.State.APPROVED
