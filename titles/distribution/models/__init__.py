"""Where it goes: releases, partners and their rights, the feed, deliveries."""

from titles.distribution.models.delivery import Attempt, Delivery
from titles.distribution.models.feed_entry import FeedEntry
from titles.distribution.models.grant import Deal, Grant
from titles.distribution.models.partner import Partner, PartnerKey, Profile
from titles.distribution.models.release import OwnRelease, Release, ReleaseCut, ReleasePartner

__all__ = [
    "Attempt",
    "Deal",
    "Delivery",
    "FeedEntry",
    "Grant",
    "OwnRelease",
    "Partner",
    "PartnerKey",
    "Profile",
    "Release",
    "ReleaseCut",
    "ReleasePartner",
]
