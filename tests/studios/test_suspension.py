"""A suspended studio rests: nobody reaches it, no work of it is done, and nothing is lost."""

import pytest
from django.core.management import call_command

from cms.middleware import SESSION_KEY
from studios import platform
from studios.models import KeyRefused, Membership, Move, Studio, StudioKey, User
from studios.platform import NotPlatform
from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from titles.catalog.models import Series
from titles.distribution.models import Partner, PartnerKey
from titles.jobs.models import Job, LeaseLost, due_kinds
from titles.media import playback


@pytest.fixture
def staff(db) -> User:
    return User.objects.create_user("petra@platform.example", "a long password", name="Petra", is_platform=True)


@pytest.fixture
def suspended(lantern, staff) -> Studio:
    return platform.suspend(lantern.pk, by=staff, why="The invoice is open.")


def test_members_are_told_that_the_studio_is_suspended_and_why(desk, suspended, producer):
    page = desk(producer).get("/admin/catalog/series/", follow=True)

    assert page.redirect_chain == [("/no-studio/", 302)]
    assert [text in page.content.decode() for text in ("Lantern is suspended", "The invoice is open.")] == [True, True]


def test_a_suspended_studio_is_not_left_for_another_one_by_itself(desk, lantern, harbor, staff, producer):
    with scope(harbor):
        Membership.objects.create(user=producer, roles=[Role.VIEWER])
    client = desk(producer)
    client.post("/studio/", {"studio": str(lantern.pk)})

    platform.suspend(lantern.pk, by=staff, why="Later.")

    page = client.get("/admin/", follow=True).content.decode()
    assert [text in page for text in ("Lantern is suspended", ">Harbor<")] == [True, True]


def test_a_person_of_two_studios_goes_on_in_the_other(desk, lantern, harbor, suspended, producer):
    with scope(harbor):
        Membership.objects.create(user=producer, roles=[Role.VIEWER])
    client = desk(producer)

    client.post("/studio/", {"studio": str(harbor.pk)})

    assert (client.session[SESSION_KEY], client.get("/admin/").status_code) == (str(harbor.pk), 200)


def test_nothing_is_uploaded_to_it(desk, suspended, producer):
    answer = desk(producer).post(f"/uploads/episodes/{producer.pk}/master/")

    assert answer.status_code == 403


def test_its_keys_open_nothing(lantern, owner, staff):
    with scope(lantern):
        key = StudioKey.make("reporting", scopes=["catalog"], by=owner)

    platform.suspend(lantern.pk, by=staff, why="Later.")

    with pytest.raises(KeyRefused):
        StudioKey.studio_of(key)


def test_keys_of_its_partners_open_nothing(client, lantern, staff):
    with scope(lantern):
        partner = Partner.objects.make("Nova Reels", "nova")
        key = PartnerKey.make(partner, by=None)
    header = {"authorization": f"Bearer {key}"}
    before = client.get("/feed/v1/changes", headers=header).status_code

    platform.suspend(lantern.pk, by=staff, why="Later.")

    assert (before, client.get("/feed/v1/changes", headers=header).status_code) == (200, 401)


def test_its_jobs_wait_until_it_is_resumed(lantern, harbor, staff):
    with scope(lantern):
        series = Series.objects.create(slug="heiress")
        job = Job.enqueue("inspect", series)
    platform.suspend(lantern.pk, by=staff, why="Later.")

    resting = (list(Job.claimed("inspect")), due_kinds())
    platform.resume(lantern.pk, by=staff)

    assert resting == ([], [])
    assert (due_kinds(), next(Job.claimed("inspect"))) == (["inspect"], job)


def test_a_worker_in_the_middle_of_a_job_writes_nothing_more(lantern, staff):
    with scope(lantern):
        Job.enqueue("inspect", Series.objects.create(slug="heiress"))
    job = next(Job.claimed("inspect"))

    platform.suspend(lantern.pk, by=staff, why="Later.")

    with pytest.raises(LeaseLost):
        job.write(step="half")


def test_a_job_that_stood_still_meanwhile_does_not_wear_out(lantern, staff):
    with scope(lantern):
        Job.enqueue("inspect", Series.objects.create(slug="heiress"), most_tries=1)
    job = next(Job.claimed("inspect"))
    with scope(lantern):
        Job.objects.filter(pk=job.pk).update(lease_until="2020-01-01T00:00Z")
    platform.suspend(lantern.pk, by=staff, why="Later.")

    due_kinds()

    with scope(lantern):
        assert Job.objects.get(pk=job.pk).state == Job.State.RUNNING


def test_the_clock_leaves_it_alone(lantern, harbor, suspended):
    assert Studio.every_id() == [harbor.pk]


def test_players_stop(client, lantern, suspended):
    address = playback.file_address(lantern.pk, f"{lantern.pk}/packages/poster.jpg")

    answer = client.get(address)

    assert (answer.status_code, answer.content.decode()) == (403, "This studio is suspended.")


def test_everything_is_there_again_when_it_is_resumed(desk, lantern, staff, producer):
    with scope(lantern):
        Series.objects.create(slug="heiress", title_en="The Heiress")
    platform.suspend(lantern.pk, by=staff, why="Later.")

    platform.resume(lantern.pk, by=staff)

    assert "The Heiress" in desk(producer).get("/admin/catalog/series/").content.decode()


def test_both_are_moves_with_who_and_why(lantern, staff):
    platform.suspend(lantern.pk, by=staff, why="The invoice is open.")
    platform.resume(lantern.pk, by=staff)

    with scope(lantern):
        moves = list(Move.objects.order_by("id").values_list("from_state", "to_state", "person", "why"))
    assert moves == [
        ("active", "suspended", staff.pk, "The invoice is open."),
        ("suspended", "active", staff.pk, ""),
    ]


def test_an_owner_suspends_no_studio(lantern, owner):
    with pytest.raises(NotPlatform):
        platform.suspend(lantern.pk, by=owner, why="Because.")


def test_staff_that_was_removed_suspends_none(lantern, staff):
    call_command("platform", "petra@platform.example", "--remove")

    with pytest.raises(NotPlatform):
        platform.suspend(lantern.pk, by=staff, why="Because.")


def test_a_viewer_of_both_is_no_exception(desk, suspended):
    assert desk(make_member(suspended, "Vic Viewer", Role.VIEWER)).get("/admin/").status_code == 302
