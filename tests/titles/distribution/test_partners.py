import base64

import pytest

from studios.models import KeyRefused
from studios.scope import scope
from titles.distribution.models import Partner, PartnerKey


def test_partners_of_a_studio_are_numbered_from_one(lantern, harbor):
    with scope(lantern):
        ours = [Partner.objects.make(name, name.lower()).number for name in ("Nova", "Orbit")]
    with scope(harbor):
        theirs = Partner.objects.make("Nova", "nova").number

    assert (ours, theirs) == ([1, 2], 1)


def test_every_partner_has_a_webhook_secret_of_its_own(in_lantern):
    nova, orbit = Partner.objects.make("Nova", "nova"), Partner.objects.make("Orbit", "orbit")

    assert nova.webhook_secret != orbit.webhook_secret
    assert len(base64.b64decode(nova.webhook_secret.removeprefix("whsec_"), validate=True)) == 32


def test_an_edited_partner_does_not_turn_the_relays_clock_back(in_lantern):
    nova = Partner.objects.make("Nova", "nova")
    in_a_form = Partner.objects.get(pk=nova.pk)
    Partner.objects.filter(pk=nova.pk).update(feed_sequence=7)

    in_a_form.name = "Nova Reels"
    in_a_form.save()

    nova.refresh_from_db()
    assert (nova.name, nova.feed_sequence) == ("Nova Reels", 7)


def test_a_key_opens_the_studio_and_partner_that_it_was_made_for(lantern, nova):
    with scope(lantern):
        key = PartnerKey.make(nova)

    assert PartnerKey.studio_of(key) == lantern.pk
    with scope(lantern):
        assert PartnerKey.verified(key).partner == nova


def test_only_a_hash_of_a_key_is_kept(lantern, nova):
    with scope(lantern):
        secret = PartnerKey.make(nova).split("_", 2)[2]
        kept = PartnerKey.objects.values().get()

    assert secret not in str(kept)


def test_a_revoked_key_is_refused(lantern, nova):
    with scope(lantern):
        key = PartnerKey.make(nova)
        PartnerKey.objects.get().revoke()

        with pytest.raises(KeyRefused):
            PartnerKey.verified(key)
