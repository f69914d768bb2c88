import json

import m3u8
import pytest
from django.utils import timezone

from studios.scope import scope
from tests.titles.distribution.stories import add_subtitles, make_episode, make_grant, make_series, relay_at
from titles.distribution import narrowing
from titles.distribution.bodies import Narrowing
from titles.distribution.models import FeedEntry
from titles.distribution.releasing import submit_episode
from titles.media.composing import compose
from titles.media.models import Edition
from titles.media.models.package import packages_storage

NOW = timezone.now()


@pytest.fixture
def dubbed(lantern, desk):
    """An episode with English sound and a Japanese dub, subtitles in English, Spanish and French; all released."""
    with scope(lantern):
        series = make_series()
        episode = make_episode(series, audio=["en", "ja"], subtitles=["en", "es", "fr"])
        for subject in (series, episode):
            desk.release(subject)
    return episode


def only_cut(entry):
    return json.loads(entry.body)["cuts"][0]


def languages_of(edition):
    """What a player finds in the stored playlist."""
    with packages_storage().open(f"{edition.folder()}/master.m3u8") as file:
        playlist = m3u8.loads(file.read().decode())
    return {
        kind: sorted(media.language for media in playlist.media if media.type == kind)
        for kind in ("AUDIO", "SUBTITLES")
    }


def test_a_partner_gets_an_edition_of_its_languages_alone(lantern, dubbed, nova):
    with scope(lantern):
        make_grant(nova, dubbed.series, audio_languages=["en"], subtitle_languages=["es", "ar"])
    cut = only_cut(relay_at(dubbed.series, NOW)[1])

    with scope(lantern):
        edition = Edition.objects.get(pk=cut["edition"]["id"])
    assert languages_of(edition) == {"AUDIO": ["en"], "SUBTITLES": ["es"]}
    assert ([sound["language"] for sound in cut["audio"]], [file["language"] for file in cut["subtitles"]]) == (
        ["en"],
        ["es"],
    )
    assert cut["edition"]["digest"] == edition.digest


def test_a_partner_with_rights_to_all_of_it_gets_the_released_edition_itself(lantern, dubbed, nova):
    with scope(lantern):
        make_grant(nova, dubbed.series, audio_languages=["en", "ja"])
    cut = only_cut(relay_at(dubbed.series, NOW)[1])

    with scope(lantern):
        assert [str(pk) for pk in Edition.objects.values_list("pk", flat=True)] == [cut["edition"]["id"]]


def test_an_episode_without_sound_that_the_partner_may_have_is_not_offered(lantern, dubbed, nova):
    with scope(lantern):
        make_grant(nova, dubbed.series, audio_languages=["ko"])

    assert [entry.noun for entry in relay_at(dubbed.series, NOW)] == ["series"]


def test_partners_with_equal_languages_share_a_narrowed_edition(lantern, dubbed):
    with scope(lantern):
        edition = Edition.objects.get()
    wanted = Narrowing(str(edition.pk), frozenset({"en"}), frozenset({"fr"}))
    first = narrowing.compose(lantern.pk, wanted)
    narrowing.compose.cache_clear()

    assert narrowing.compose(lantern.pk, wanted) == first
    with scope(lantern):
        assert Edition.objects.count() == 2


def test_a_narrowed_edition_is_never_the_current_one_of_its_cut(lantern, dubbed, nova, producer):
    with scope(lantern):
        whole = Edition.objects.get()
        make_grant(nova, dubbed.series, audio_languages=["ja"], subtitle_languages=[])
    relay_at(dubbed.series, NOW)

    with scope(lantern):
        cut = dubbed.default_cut()
        assert Edition.objects.newest_first().filter(package__cut=cut).first() == whole
        add_subtitles(cut, "ar")
        compose(cut)
        release = submit_episode(dubbed, by=producer)
    assert [file["language"] for file in release.document["cuts"][0]["subtitles"]] == ["ar", "en", "es", "fr"]


def test_other_rights_lead_to_another_body(lantern, dubbed, nova, distributor):
    with scope(lantern):
        grant = make_grant(nova, dubbed.series, subtitle_languages=["es"])
    relay_at(dubbed.series, NOW)
    with scope(lantern):
        grant.revoke(by=distributor)
        make_grant(nova, dubbed.series, subtitle_languages=["es", "fr"])
    relay_at(dubbed.series, NOW)

    with scope(lantern):
        entry = FeedEntry.objects.open().get(noun="episode")
    assert [file["language"] for file in only_cut(entry)["subtitles"]] == ["es", "fr"]
