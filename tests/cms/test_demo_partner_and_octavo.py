"""The example partner against Octavo itself: it shares no code with it, and yet they understand each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studios.models import Studio
from studios.scope import scope
from tests.cms.loopback_studio import Partner as Client
from tests.titles.distribution.stories import Desk, add_subtitles, make_grant, make_series
from tests.titles.media import footage
from titles.catalog.models import Episode, Series
from titles.distribution.models import Delivery, Partner, PartnerKey, Release
from titles.distribution.tasks import deliver_packs, relay_series
from titles.jobs import waking
from titles.media.receiving import receive
from titles.media.tasks import compose_cuts, inspect_masters, transcode_masters

pytestmark = pytest.mark.media


@dataclass(frozen=True)
class Agreement:
    """What Lantern has released to the partner, and the partner's running client."""

    studio: Studio
    series: Series
    episode: Episode
    partner: Partner
    client: Client


@pytest.fixture
def at_home(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Films of preview quality, partners on loopback, and nobody who wakes workers."""
    settings.TRANSCODE_QUALITY = "preview"
    settings.PRIVATE_PARTNER_HOSTS, settings.DROPBOX_FOLDERS = ["127.0.0.1"], [tmp_path]
    sender = waking._sender
    waking.send_with(lambda _kind: None)
    yield
    waking._sender = sender


@pytest.fixture
def agreement(transactional_db, at_home, live_server, lantern, producer, second_producer, tmp_path):
    """An episode of one second with sound and two subtitles, released, relayed and not delivered yet."""
    client = Client(tmp_path, f"{live_server.url}/feed/v1")
    with scope(lantern):
        Studio.objects.filter(pk=lantern.pk).update(
            media_limits={"shortest_ms": 500, "least_width_px": 216, "least_height_px": 384}
        )
        series = make_series()
        episode = Episode.objects.create(series=series, number=1, title_en="The will")
        partner = Partner.objects.make("Nova", "nova", dropbox=client.dropbox.as_uri(), webhook_url=client.webhook)
        make_grant(partner, series)
        client.key, client.secret = PartnerKey.make(partner), partner.webhook_secret
    _produce(lantern, episode, footage.film(tmp_path / "film.mp4", seconds=1), by=producer)
    with scope(lantern):
        for subject in (series, episode):
            Desk(producer, second_producer).release(subject)
    relay_series()
    client.start()
    yield Agreement(lantern, series, episode, partner, client)
    client.end()


def _produce(studio: Studio, episode: Episode, film: Path, *, by: Any) -> None:
    with scope(studio):
        cut = episode.default_cut()
    with film.open("rb") as upload:
        receive(upload, cut=cut, name="film.mp4", by=by)
    inspect_masters()
    transcode_masters()
    with scope(studio):
        for language in ("en", "es"):
            add_subtitles(cut, language)
    compose_cuts()


def test_partner_has_and_can_play_exactly_what_was_released(agreement):
    report = agreement.client.sync()

    assert report["failures"] == []
    assert report["revisions"] == {str(agreement.series.pk): 1, str(agreement.episode.pk): 1}
    # A rung and a sound of it; the poster and the cover; two subtitles from the playlist, and again from the body.
    checked = report["checked"]
    assert (checked["streams"], checked["pictures"], checked["subtitles"]) == (2, 2, 4)


def test_partner_takes_the_pack_and_the_studio_knows(agreement):
    deliver_packs()

    with scope(agreement.studio):
        delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.DELIVERED
    assert agreement.client.report()["packs"] == [f"heiress/001-{agreement.episode.pk}/r1"]
    assert agreement.client.report()["failures"] == []


def test_partner_loses_what_is_withdrawn(agreement, second_producer):
    agreement.client.sync()
    with scope(agreement.studio):
        Release.objects.get(episode=agreement.episode).withdraw(by=second_producer, why="recast")
    relay_series()

    report = agreement.client.sync()

    assert (report["entities"], report["failures"]) == ([str(agreement.series.pk)], [])


def test_partner_starts_again_when_the_feed_begins_anew(agreement):
    before = agreement.client.sync()
    with scope(agreement.studio):
        Partner.objects.get().restart_feed()

    after = agreement.client.sync()

    assert (after["entities"], after["failures"]) == (before["entities"], [])
    assert after["cursor"] != before["cursor"]
