"""Invariant 6: nothing leaves outside its rights, even if every background worker is stopped."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studios.scope import scope
from tests.titles.distribution.stories import make_episode, make_grant, make_series, relay_at
from titles.distribution.feed.pages import Page
from titles.distribution.models import Grant, Partner
from titles.distribution.models.grant import GrantsCollide

NOW = timezone.now()


def on_day(number):
    return NOW + timedelta(days=number)


grants = st.fixed_dictionaries(
    {
        "territories": st.sets(st.sampled_from(["US", "BR", "JP"]), min_size=1),
        "audio_languages": st.sets(st.sampled_from(["en", "ja"]), min_size=1),
        "subtitle_languages": st.sets(st.sampled_from(["en", "es", "fr"])),
        "modes": st.sets(st.sampled_from(["coin", "ad"]), min_size=1),
        "from_at": st.integers(-4, 0).map(on_day),
        "until_at": st.none() | st.integers(1, 6).map(on_day),
        "episodes": st.sampled_from([None, [1], [2]]),
    }
)


@pytest.fixture
def dubbed(lantern, desk):
    with scope(lantern):
        series = make_series()
        episodes = [make_episode(series, n, audio=["en", "ja"], subtitles=["en", "es", "fr"]) for n in (1, 2)]
        for subject in (series, *episodes):
            desk.release(subject)
    return series


def outside_its_rights(entry, at):
    """Everything in an upsert that no live grant of the partner allows at that instant."""
    live = [grant for grant in Grant.objects.standing() if grant.right().is_live(at)]
    if entry["kind"] == "series":
        return [] if live else [entry["id"]]
    body = entry["body"]
    live = [grant for grant in live if grant.covers(body["number"])]
    sounds = {tag for grant in live for tag in grant.audio_languages}
    subtitles = {tag for grant in live for tag in grant.subtitle_languages}
    return [
        what["language"]
        for cut in body["cuts"]
        for allowed, listed in ((sounds, cut["audio"]), (subtitles, cut["subtitles"]))
        for what in listed
        if what["language"] not in allowed
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(granted=st.lists(grants, max_size=3), relayed_on=st.integers(-2, 5), slept_days=st.integers(0, 5))
def test_whatever_a_partner_reads_is_within_its_rights_at_that_instant(
    lantern, nova, dubbed, granted, relayed_on, slept_days
):
    read_at = on_day(relayed_on + slept_days)
    with scope(lantern):
        undo = transaction.savepoint()
        for each in granted:
            try:
                make_grant(nova, dubbed, **each)
            except GrantsCollide:
                continue
        relay_at(dubbed, on_day(relayed_on))
        partner = Partner.objects.get(pk=nova.pk)
        page = json.loads(Page.after(0, partner=partner, limit=100, at=read_at).as_bytes())
        upserts = [entry for entry in page["entries"] if entry["operation"] == "upsert"]
        leaks = [outside_its_rights(entry, read_at) for entry in upserts]
        transaction.savepoint_rollback(undo)

    assert leaks == [[] for _entry in upserts]
