"""Releases, partners, grants and deliveries on the desk."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from studios.models import Change
from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from tests.titles.distribution.stories import make_episode, make_grant, make_series
from titles.catalog.models import Episode, Series
from titles.distribution.models import Delivery, Grant, Partner, PartnerKey, Release
from titles.distribution.releasing import submit_episode, submit_series

DROPBOX = "s3://key:s3cret@store.example/bucket/drop"


@pytest.fixture
def episode(stores, lantern, producer) -> Episode:
    with scope(lantern, person=producer):
        return make_episode(make_series(), 1)


@pytest.fixture
def partner(lantern, distributor) -> Partner:
    with scope(lantern, person=distributor):
        return Partner.objects.make("Nova Reels", "nova", dropbox=DROPBOX)


@pytest.fixture
def release(lantern, episode, producer) -> Release:
    with scope(lantern, person=producer):
        return submit_episode(episode, by=producer)


def verb(row, name):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/do/{name}/"


def page_of(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def test_a_second_person_approves_a_release(lantern, release, desk, producer, second_producer):
    own = desk(producer).post(verb(release, "approve"), follow=True).content.decode()
    desk(second_producer).post(verb(release, "approve"))

    with scope(lantern):
        assert Release.objects.get().state == "approved"
    assert "You submitted 001 The will, part 1, release 1, so somebody else has to review it." in own


def test_a_release_shows_what_is_frozen_in_it(lantern, release, episode, desk, second_producer):
    with scope(lantern):
        episode.title_en = "Written later"
        episode.save(update_fields=["title_en"])

    page = desk(second_producer).get(page_of(release)).content.decode()
    frozen = page.partition('id="texts-title"')[2]

    assert "The will, part 1" in frozen
    assert "Written later" not in frozen


def test_a_reviewer_is_shown_what_is_new(lantern, release, episode, desk, producer, second_producer):
    with scope(lantern, person=second_producer):
        release.approve(by=second_producer)
        episode.title_fr = "Le testament"
        episode.save(update_fields=["title_fr"])
        newer = submit_episode(episode, by=producer)

    page = desk(second_producer).get(page_of(newer)).content.decode()

    assert "What is new since release 1" in page
    assert '<ins dir="auto">Le testament</ins>' in page


def test_the_card_of_a_series_is_submitted_and_read(lantern, episode, desk, producer):
    with scope(lantern):
        series = Series.objects.get()
    client = desk(producer)

    client.post(verb(series, "submit_card"))
    with scope(lantern):
        card = Release.objects.get(episode=None)
    page = client.get(page_of(card)).content.decode()

    assert "Mina Park" in page
    assert page.count("thumbnail-large") == 1


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.DISTRIBUTOR, Role.VIEWER])
def test_only_owners_and_producers_approve_releases(lantern, release, desk, role):
    assert desk(make_member(lantern, "Nina", role)).post(verb(release, "approve")).status_code == 403


def test_a_takedown_is_no_ordinary_withdrawal(lantern, release, desk, second_producer):
    client = desk(second_producer)
    client.post(verb(release, "approve"))

    client.post(verb(release, "take_down"), {"why": "A court order."})

    with scope(lantern):
        assert Release.objects.get().state == "taken down"


def test_a_partner_is_made_with_a_number_and_a_secret(lantern, desk, distributor):
    deals = {"deals-TOTAL_FORMS": "0", "deals-INITIAL_FORMS": "0"}
    fields = {"name": "Nova Reels", "slug": "nova", "new_dropbox": DROPBOX, **deals}

    desk(distributor).post("/admin/distribution/partner/add/", fields)

    with scope(lantern):
        made = Partner.objects.get()
    assert (made.number, made.dropbox, made.webhook_secret[:6]) == (1, DROPBOX, "whsec_")


def test_the_login_of_a_dropbox_is_on_no_page(lantern, partner, desk, distributor, owner):
    pages = [desk(person).get(page_of(partner)).content.decode() for person in (distributor, owner)]
    pages += [desk(make_member(lantern, "Vic Viewer", Role.VIEWER)).get(page_of(partner)).content.decode()]
    pages += [desk(owner).get(f"/admin/distribution/partner/{partner.pk}/history/").content.decode()]

    assert [page for page in pages if "s3cret" in page] == []
    assert "s3://…@store.example/bucket/drop" in pages[0]


def test_a_dropbox_stays_as_it_is_when_nothing_is_written(lantern, partner, desk, distributor):
    deals = {"deals-TOTAL_FORMS": "0", "deals-INITIAL_FORMS": "0"}

    desk(distributor).post(page_of(partner), {"name": "Nova", "slug": "nova", "new_dropbox": "", **deals})

    with scope(lantern):
        kept = Partner.objects.get()
    assert (kept.name, kept.dropbox) == ("Nova", DROPBOX)


def test_a_key_is_shown_once(lantern, partner, desk, distributor):
    client = desk(distributor)

    page = client.post(f"/admin/distribution/partner/{partner.pk}/keys/", {"scopes": ["feed"]}).content.decode()
    key = re.search(r'value="(octavo_[^"]+)"', page)[1]

    with scope(lantern):
        assert PartnerKey.verified(key).partner == partner
        assert key.rpartition("_")[2] not in str(list(Change.objects.values_list("row", flat=True)))
    assert key not in client.get(page_of(partner)).content.decode()


def test_a_revoked_key_stays_on_the_page(lantern, partner, desk, distributor):
    with scope(lantern):
        PartnerKey.make(partner)
        key = PartnerKey.objects.get()

    page = (
        desk(distributor).post(f"/admin/distribution/partner/{partner.pk}/keys/{key.pk}/", follow=True).content.decode()
    )

    with scope(lantern):
        assert PartnerKey.objects.get().revoked_at is not None
    assert "is refused from now on" in page


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.EDITOR, Role.REVIEWER, Role.VIEWER])
def test_only_owners_and_distributors_make_keys(lantern, partner, desk, role):
    client = desk(make_member(lantern, "Nina", role))

    assert client.post(f"/admin/distribution/partner/{partner.pk}/keys/").status_code == 403


def test_an_outsider_makes_no_key(lantern, partner, desk, outsider):
    assert desk(outsider).post(f"/admin/distribution/partner/{partner.pk}/keys/").status_code == 404


def rights(partner, series, **changes):
    return {
        "partner": str(partner.pk),
        "series": str(series.pk),
        "episodes": "1-30, 45",
        "reach": "only",
        "territories": ["US", "CA"],
        "audio_languages": ["en"],
        "subtitle_languages": ["en", "es"],
        "modes": ["coin"],
        "from_at_0": "2026-12-01",
        "from_at_1": "00:00:00",
        "until_at_0": "",
        "until_at_1": "",
        **changes,
    }


def test_rights_are_granted_in_the_zone_of_the_person(lantern, partner, episode, desk, distributor):
    distributor.time_zone = "Asia/Shanghai"
    distributor.save(update_fields=["time_zone"])
    client = desk(distributor)

    client.post("/admin/distribution/grant/add/", rights(partner, episode.series))

    with scope(lantern):
        grant = Grant.objects.get()
    assert sorted(grant.territory_codes()) == ["CA", "US"]
    assert [grant.covers(number) for number in (1, 30, 31, 45, None)] == [True, True, False, True, False]
    assert grant.term.lower.isoformat() == "2026-11-30T16:00:00+00:00"


def test_everywhere_except_leaves_a_territory_out(lantern, partner, episode, desk, distributor):
    fields = rights(partner, episode.series, reach="except", territories=["US"], episodes="")

    desk(distributor).post("/admin/distribution/grant/add/", fields)

    with scope(lantern):
        grant = Grant.objects.get()
    assert ("US" in grant.territory_codes(), len(grant.territory_codes())) == (False, 248)
    assert grant.covers(None) is True


def test_a_grant_that_collides_is_told_in_the_form(lantern, partner, episode, desk, distributor):
    with scope(lantern, person=distributor):
        make_grant(Partner.objects.make("Other Reels", "other"), episode.series, exclusive=True)

    page = desk(distributor).post("/admin/distribution/grant/add/", rights(partner, episode.series)).content.decode()

    with scope(lantern):
        assert Grant.objects.count() == 1
    assert "Other Reels already has The Secret Heiress in CA, US" in page
    assert '<option value="US" selected>' in page  # what was typed is still there


def test_episodes_that_are_no_numbers_are_told_beside_the_field(partner, episode, desk, distributor):
    fields = rights(partner, episode.series, episodes="the first ten")

    page = desk(distributor).post("/admin/distribution/grant/add/", fields).content.decode()

    assert "names no episodes; write for example 1-30, 45." in page


def test_a_grant_is_revoked_once(lantern, partner, episode, desk, distributor):
    with scope(lantern, person=distributor):
        grant = make_grant(partner, episode.series)
    client = desk(distributor)

    client.post(verb(grant, "revoke"), {"why": "The contract ended."})
    again = client.post(verb(grant, "revoke"), {"why": "Once more."}, follow=True).content.decode()

    with scope(lantern):
        assert Grant.objects.get().revoked_at is not None
    assert "was already revoked" in again


def test_a_viewer_grants_nothing(lantern, partner, episode, desk):
    client = desk(make_member(lantern, "Vic Viewer", Role.VIEWER))

    assert client.get("/admin/distribution/grant/add/").status_code == 403


@pytest.fixture
def delivery(lantern, partner, release) -> Delivery:
    with scope(lantern):
        return Delivery.objects.create(partner=partner, release=release)


def test_a_delivery_shows_every_try_without_secrets(lantern, delivery, desk, distributor):
    with scope(lantern):
        delivery.attempts.create(
            step="pack",
            succeeded=False,
            error="The store was not reached.",
            started_at=timezone.now() - timedelta(hours=1),
        )

    page = desk(distributor).get(page_of(delivery)).content.decode()

    assert "The store was not reached." in page
    assert "s3cret" not in page


def test_a_failed_delivery_is_sent_again(lantern, delivery, desk, distributor):
    with scope(lantern):
        delivery.move("waiting", "failed", by=None, why="The store was not reached.")

    desk(distributor).post(verb(delivery, "retry"))

    with scope(lantern):
        assert Delivery.objects.get().state == "waiting"


def test_a_producer_sends_no_delivery(lantern, delivery, desk, producer):
    with scope(lantern):
        delivery.move("waiting", "failed", by=None, why="The store was not reached.")

    assert desk(producer).post(verb(delivery, "retry")).status_code == 403


def test_an_outsider_opens_nothing_of_it(lantern, partner, release, delivery, desk, outsider):
    client = desk(outsider)

    assert [client.get(page_of(row)).status_code for row in (partner, release, delivery)] == [302, 302, 302]


def test_a_release_card_needs_another_person_too(lantern, episode, desk, producer):
    with scope(lantern, person=producer):
        card = submit_series(episode.series, by=producer)

    desk(producer).post(verb(card, "approve"))

    with scope(lantern):
        assert Release.objects.get(pk=card.pk).state == "in review"
