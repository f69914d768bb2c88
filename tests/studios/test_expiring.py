"""What runs out is told in time, twice, to those who can do something about it."""

from datetime import timedelta

from django.utils import timezone

from studios.expiring import warn_of_studio_keys
from studios.models import Notice, StudioKey
from studios.scope import scope
from tests.titles.distribution.stories import make_grant, make_series
from titles.distribution.expiring import warn_of_everything
from titles.distribution.models import Partner, PartnerKey


def told(studio):
    with scope(studio):
        return list(Notice.objects.order_by("at", "id").values_list("person__name", "sentence"))


def test_owners_are_warned_of_a_studio_key_twice(lantern, owner, editor):
    now = timezone.now()
    with scope(lantern):
        StudioKey.make("reporting", scopes=["catalog"], by=owner, expires_at=now + timedelta(days=10))
        prefix = StudioKey.objects.get().prefix

    for day in (0, 1):
        warn_of_studio_keys(now + timedelta(days=day))
    with scope(lantern):
        Notice.objects.update(at=now)
    for day in (8, 9):
        warn_of_studio_keys(now + timedelta(days=day))
        with scope(lantern):
            Notice.objects.filter(at__gt=now).update(at=now + timedelta(days=8))

    end = (now + timedelta(days=10)).strftime("%-d %b %Y")
    sentence = (
        f"The API key octavostudio_{prefix}_… (reporting) expires on {end}: make another one and let it take over."
    )
    assert told(lantern) == [("Olive Owner", sentence)] * 2


def test_nobody_is_warned_of_what_lasts_or_has_ended(lantern, owner):
    now = timezone.now()
    with scope(lantern):
        for days in (-1, 15, 400):
            StudioKey.make(f"k{days}", scopes=["catalog"], by=owner, expires_at=now + timedelta(days=days))
        StudioKey.make("for ever", scopes=["catalog"], by=owner)

    warn_of_studio_keys(now)

    assert told(lantern) == []


def test_distributors_are_warned_of_partner_keys_and_grants(lantern, distributor, editor):
    now = timezone.now()
    with scope(lantern):
        nova = Partner.objects.make("Nova Reels", "nova")
        PartnerKey.make(nova, expires_at=now + timedelta(days=2))
        make_grant(nova, make_series("heiress"), until_at=now + timedelta(days=13))

    warn_of_everything(now)
    warn_of_everything(now)

    (first, key), (second, grant) = told(lantern)
    assert (first, second) == ("Dora Distributor", "Dora Distributor")
    assert (key.startswith("The key octavo_"), grant.startswith("The grant Nova Reels")) == (True, True)
