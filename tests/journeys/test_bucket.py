"""A studio whose media lie in a bucket: the store goes away in the middle, comes back, and nobody loses anything."""

import json
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from cms.embedded import parts, statics
from studios.keys import new_id
from studios.scope import scope
from tests.at_the_desk import desk
from tests.browsing import CHROMIUM, browser, chromium, page_of, watched
from tests.journeys import material
from tests.journeys.conftest import playing
from tests.journeys.test_browser import plays_and_seeks
from tests.titles.distribution.stories import make_cover
from titles.distribution.models import Delivery, Grant, Partner
from titles.distribution.releasing import submit_episode, submit_series
from titles.jobs.models import Job
from titles.media.models import Edition, Package, Stream
from titles.media.receiving import receive

__all__ = ["browser", "chromium", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="the journey of a bucket (1 test) needs Chromium"),
]


@pytest.fixture
def bucket(swift, settings, monkeypatch):
    """The bucket that this process and all parts of Octavo keep their media in."""
    name = f"octavo-{new_id()}"
    monkeypatch.setenv("OCTAVO_STORAGE_URL", swift.address(name))
    aliases = ("masters", "packages", "artwork")
    settings.STORAGES = {**settings.STORAGES, **{each: swift.storage(name, location=each) for each in aliases}}
    return swift.bucket(name)


def test_a_film_in_a_bucket_survives_that_its_store_goes_away_then_plays_and_is_delivered(
    bucket, swift, workers, browser, desk, lantern, producer, second_producer, distributor, until, tmp_path
):
    episode = material.episode(lantern)
    with scope(lantern):
        cut = episode.default_cut()
    with material.film(tmp_path, seconds=4).open("rb") as content:
        receive(content, cut=cut, name="EP01.mp4", by=producer)

    until(lambda: Job.objects.filter(kind="transcode", state=Job.State.RUNNING).exclude(step="").exists())
    swift.stop()
    until(lambda: Job.objects.filter(kind="transcode", error__contains="media store does not answer").exists())
    with scope(lantern):
        assert (Package.objects.count(), Stream.objects.count()) == (0, 0)
    swift.start()
    edition = until(lambda: Edition.objects.newest_first().first(), within_s=120)

    _plays_in(browser, desk(producer), episode)
    assert {each.key.split("/")[0] for each in bucket.objects.all()} == {"masters", "packages"}

    pack = _delivered(swift, episode, producer, second_producer, distributor, until)
    with scope(lantern):
        film = Package.objects.get().mezzanine_sha256
    files = {file["path"]: file["sha256"] for file in json.loads(pack["manifest.json"])["files"]}
    metadata = json.loads(pack["metadata.json"])
    assert files["mezzanine.mp4"] == film
    assert metadata["cuts"][0]["edition"]["digest"] == edition.digest


def _plays_in(browser, client, episode):
    statics.collect_if_changed()
    with parts.listen("127.0.0.1", 0) as door, playing(parts.web(door)):
        page = page_of(client, browser, parts.address(door))
        complaints = watched(page.context)
        asked = []
        page.on("request", lambda request: asked.append(request.url.partition("?")[0]))
        page.goto(f"/admin/catalog/episode/{episode.pk}/change/")
        plays_and_seeks(page)
    assert complaints.found == []
    assert [address for address in asked if "/media/" in address and address.endswith(".mp4")] == []


def _delivered(swift, episode, producer, second_producer, distributor, until):
    """The files of the pack that a partner with a bucket of its own was sent, by their path in it."""
    partner_bucket = swift.bucket(f"partner-{new_id()}")
    with scope(episode.studio_id, person=distributor):
        partner = Partner.objects.make("Nova", "nova", dropbox=swift.address(partner_bucket.name))
        Grant.objects.make(
            partner,
            episode.series,
            territories=["US"],
            audio_languages=["en"],
            subtitle_languages=[],
            modes=[Grant.Mode.COIN],
            from_at=timezone.now() - timedelta(days=1),
            until_at=timezone.now() + timedelta(days=1),
            by=distributor,
        )
    with scope(episode.studio_id, person=producer):
        cover = make_cover(episode.series).file
        storages["artwork"].save(cover.name, cover.open())  # the field has found its store long ago
        releases = [submit_series(episode.series, by=producer), submit_episode(episode, by=producer)]
    with scope(episode.studio_id, person=second_producer):
        for release in releases:
            release.approve(by=second_producer)
    until(lambda: Delivery.objects.filter(state=Delivery.State.DELIVERED).exists())
    with scope(episode.studio_id):
        folder = Delivery.objects.get().folder
    names = {each.key.removeprefix(f"{folder}/"): each for each in partner_bucket.objects.all()}
    assert {"_COMPLETE", "manifest.json", "mezzanine.mp4", "metadata.json"} <= names.keys()
    return {name: names[name].get()["Body"].read() for name in ("manifest.json", "metadata.json")}
