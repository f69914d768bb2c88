"""A studio closes: partners have nothing any more, nothing changes, people may look and pack, and it can reopen."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from cms.leaving import closing
from cms.leaving.purging import purge_everything_due
from cms.leaving.tasks import take_back_everything
from cms.middleware import StudioScope
from studios.models import KeyRefused, Membership, Move, MovedOn, Notice, Purge, Studio, StudioKey
from studios.roles import Action, Role
from studios.scope import scope
from tests.cms.leaving.stock import fill
from tests.conftest import make_member
from tests.titles.distribution.stories import Reader, relay_at
from titles.catalog.models import Series
from titles.distribution.models import Delivery, Partner, PartnerKey, Release
from titles.distribution.withdrawing import KEYS_LIVE
from titles.jobs.models import Job
from titles.media import playback

MONTH = timedelta(days=30)


@pytest.fixture
def partner(series, lantern) -> Reader:
    """Nova Reels, which has read the feed to its end."""
    with scope(lantern):
        reader = Reader(PartnerKey.make(Partner.objects.get(), by=None))
    assert len(reader.follow()) == 2
    return reader


@pytest.fixture
def closed(series, lantern, owner) -> Studio:
    closing.close(lantern.pk, by=owner, door="admin")
    take_back_everything()
    return lantern


def test_a_partner_is_told_that_everything_is_withdrawn(partner, closed, series):
    relay_at(series, timezone.now())

    entries = partner.follow()

    assert [(entry["operation"], entry["kind"], entry["reason"]) for entry in entries] == [
        ("delete", "episode", "withdrawn"),
        ("delete", "series", "withdrawn"),
    ]
    assert partner.copy == {}


def test_nothing_is_served_even_before_the_relay_has_written_that(partner, closed, series):
    (episode,) = (subject for subject in partner.copy if subject != str(series.pk))

    assert [partner.get(path).status_code for path in (f"series/{series.pk}", f"episodes/{episode}")] == [404, 404]


def test_the_feed_is_told_by_a_job_that_is_not_cancelled(closed, series):
    with scope(closed):
        assert Job.objects.unfinished().filter(subject_id=series.pk).values_list("kind", flat=True)[0] == "relay"


def test_keys_of_the_studio_open_nothing_and_those_of_partners_end_when_all_is_read(closed):
    with scope(closed):
        ends_at = PartnerKey.objects.get().expires_at
        live = StudioKey.objects.live().count()

    assert live == 0
    assert timedelta(0) < ends_at - timezone.now() <= KEYS_LIVE


def test_a_partner_with_an_ended_key_is_refused(partner, closed):
    with scope(closed):
        PartnerKey.objects.update(expires_at=timezone.now())

    assert partner.get("changes").status_code == 401


def test_no_pack_goes_out_any_more(series, lantern, owner):
    closing.close(lantern.pk, by=owner, door="admin")
    take_back_everything()
    relay_at(series, timezone.now())

    with scope(lantern):
        assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.CANCELLED}
        assert Job.objects.unfinished().filter(kind__in=["deliver", "inspect"]).count() == 0


def test_taking_back_twice_is_taking_back_once(closed, owner):
    with scope(closed):
        before = Move.objects.exclude(noun="jobs.job").count()
        Job.enqueue(closing.TAKE_BACK, closed, by=owner)

    take_back_everything()

    with scope(closed):
        assert Move.objects.exclude(noun="jobs.job").count() == before
        assert set(Release.objects.values_list("state", flat=True)) == {Release.State.WITHDRAWN}


def test_owners_but_not_who_closed_it_are_told(series, lantern, owner):
    second = make_member(lantern, "Odile Owner", Role.OWNER)

    closing.close(lantern.pk, by=owner, door="admin")

    with scope(lantern):
        told = Notice.objects.filter(noun="studios.studio").values_list("person", flat=True)
        assert list(told) == [second.pk]


@pytest.mark.parametrize("role", Role)
def test_nobody_changes_anything_and_everybody_may_look(closed, role):
    person = make_member(closed, "Nora Newcomer", role)
    with scope(closed):
        member = Membership.objects.get(user=person)
        may = {action for action in Action if member.may(action)}

    assert may <= {Action.READ, Action.READ_AUDIT, Action.LEAVE_WITH_STUDIO}


def test_the_desk_shows_all_and_writes_nothing(desk, closed, series, producer, owner):
    client = desk(producer)
    page = f"/admin/catalog/series/{series.pk}/change/"

    looked = client.get(page)
    changed = client.post(page, {"slug": "other", "title_en": "Other", "original_language": "en", "season_number": 1})

    assert (looked.status_code, changed.status_code) == (200, 403)
    with scope(closed):
        assert Series.objects.get().slug == "heiress-1"


def test_the_database_itself_takes_no_write_from_the_desk(closed, owner, rf):
    """Whatever a page forgets to ask."""

    def forgetful_page(request):
        Series.objects.update(franchise="Written")

    request = rf.post("/admin/anything/")
    request.user, request.session = owner, {}
    with pytest.raises(DatabaseError, match="read-only transaction"):
        StudioScope(forgetful_page)(request)


def test_players_of_members_go_on_until_the_time_is_over(client, closed):
    address = playback.file_address(closed.pk, f"{closed.pk}/packages/poster.jpg")

    assert client.get(address).status_code == 404  # nobody refuses; there is no such file


def test_a_studio_that_reopens_works_again_and_what_was_withdrawn_stays_so(closed, owner, producer):
    closing.reopen(closed.pk, by=owner, door="admin")

    with scope(closed):
        studio = Studio.objects.current()
        assert (studio.state, studio.purged_after) == ("active", None)
        assert Membership.objects.get(user=producer).may(Action.EDIT_CATALOG)
        assert set(Release.objects.values_list("state", flat=True)) == {Release.State.WITHDRAWN}
        assert StudioKey.objects.live().count() == 0
        moves = list(studio.moves().values_list("from_state", "to_state", "person", "door"))
    assert moves == [("active", "closing", owner.pk, "admin"), ("closing", "active", owner.pk, "admin")]


def test_a_studio_is_closed_once(closed, owner):
    with pytest.raises(MovedOn):
        closing.close(closed.pk, by=owner, door="admin")


def test_a_studio_that_works_cannot_be_reopened(lantern, owner):
    with pytest.raises(MovedOn):
        closing.reopen(lantern.pk, by=owner, door="admin")


def test_when_its_time_is_over_nobody_enters_or_reopens_it(desk, series, lantern, owner):
    closing.close(lantern.pk, by=owner, door="admin", after=timedelta(0))

    assert (owner.workplaces(), owner.studio_ids(), Studio.every_id()) == ([], [], [])
    assert Studio.is_open(lantern.pk) is False
    assert desk(owner).get("/admin/").status_code == 302
    with pytest.raises(closing.TooLate):
        closing.reopen(lantern.pk, by=owner, door="admin")


def test_nothing_is_purged_before_its_time(closed, series):
    purge_everything_due()

    with scope(closed):
        assert (Series.objects.count(), Purge.objects.count()) == (1, 0)


def test_the_command_closes_at_once_and_reopens(series, lantern, capsys):
    call_command("studio", "close", "lantern", "--after", "7")
    with scope(lantern):
        studio, states = Studio.objects.current(), set(Release.objects.values_list("state", flat=True))
    call_command("studio", "close", str(lantern.pk), "--reopen")

    assert (studio.state, states) == ("closing", {"withdrawn"})
    assert timedelta(days=6) < studio.purged_after - timezone.now() < timedelta(days=7)
    with scope(lantern):
        assert Studio.objects.current().state == "active"


def test_the_command_knows_no_other_studio(db):
    with pytest.raises(CommandError, match="There is no studio “nowhere”"):
        call_command("studio", "close", "nowhere")


def test_another_studio_notices_nothing(closed, harbor, outsider):
    fill(harbor, author=outsider, reviewer=make_member(harbor, "Hanna Harbor", Role.PRODUCER))

    take_back_everything()

    with scope(harbor):
        assert set(Release.objects.values_list("state", flat=True)) == {Release.State.APPROVED}
        assert StudioKey.objects.live().count() == 1


def test_a_revoked_studio_key_is_refused(series, lantern, owner):
    with scope(lantern):
        key = StudioKey.make("nightly", scopes=["catalog"], by=owner)
    closing.close(lantern.pk, by=owner, door="admin")

    with scope(lantern), pytest.raises(KeyRefused):
        StudioKey.verified(key)
