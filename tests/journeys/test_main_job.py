"""The whole story: a raw master and eight subtitle files go in, and a partner that checks everything gets its pack."""

import io
import json

import pytest
from PIL import Image

from cms.demo.partnership import Partnership
from localization.importing import import_subtitles
from localization.models import Version
from studios.scope import scope
from tests.journeys import material
from titles.catalog.models import Artwork
from titles.distribution.models import Delivery, FeedEntry, Release
from titles.distribution.releasing import submit_episode, submit_series
from titles.media.models import Edition, Master, Package
from titles.media.receiving import receive

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_an_episode_travels_from_its_master_to_a_partner_that_checks_everything(
    workers, lantern, producer, second_producer, editor, reviewer, distributor, until, live_server, tmp_path
):
    episode = material.episode(lantern)
    with scope(lantern):
        cut = episode.default_cut()

    with material.film(tmp_path).open("rb") as content:
        master = receive(content, cut=cut, name="EP01.mp4", by=producer)
    for language in material.LANGUAGES:
        version = import_subtitles(
            material.subtitles(language), filename=f"EP01_{language}.srt", cut=cut, language=language, by=editor
        )
        with scope(lantern, person=editor):
            version.submit(by=editor)
        with scope(lantern, person=reviewer):
            version.approve(by=reviewer)
    until(lambda: Package.objects.filter(cut=cut).exists(), within_s=120)
    edition = until(lambda: _edition_with(len(material.LANGUAGES)))

    partnership = Partnership(tmp_path, address=live_server.url)
    with scope(lantern, person=distributor):
        partner = partnership.agree(episode.series, by=distributor)
    partnership.start()
    try:
        with scope(lantern, person=producer):
            Artwork.keep(_picture(), series=episode.series)
            submit_series(episode.series, by=producer)
            submit_episode(episode, by=producer)
        with scope(lantern, person=second_producer):
            for release in Release.objects.awaiting_review():
                release.approve(by=second_producer)
        until(lambda: Delivery.objects.filter(state=Delivery.State.DELIVERED).count() == 1)
        report = partnership.checked()
    finally:
        partnership.end()

    with scope(lantern):
        told = {str(each) for each in FeedEntry.objects.filter(closed_at=None).values_list("subject_id", flat=True)}
        pack = partnership.dropbox / Delivery.objects.get(partner=partner).folder
        metadata = json.loads((pack / "metadata.json").read_text())
        assert Master.objects.get(pk=master.pk).state == Master.State.ACCEPTED
        assert Package.objects.get(cut=cut).frame_count == 75
        assert Version.objects.filter(state=Version.State.APPROVED).count() == len(material.LANGUAGES)
        assert metadata["cuts"][0]["edition"]["digest"] == edition.digest
    assert (report["failures"], set(report["entities"]), len(report["packs"])) == ([], told, 1)


def _edition_with(subtitles: int) -> Edition | None:
    edition = Edition.objects.newest_first().first()
    return edition if edition and edition.sidecars.count() == subtitles else None


def _picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (400, 600), "#a02040").save(out, "JPEG")
    out.seek(0)
    return out
