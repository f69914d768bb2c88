import hashlib
from datetime import timedelta

import m3u8
import pytest
from django.utils import timezone

from studios.keys import new_id
from studios.scope import scope
from tests.titles.distribution.stories import make_episode, make_grant, make_series, relay_at

NOW = timezone.now()


@pytest.fixture
def told(heiress):
    relay_at(heiress.series, NOW)
    return heiress


@pytest.fixture
def cut(told, reader):
    return reader.get(f"episodes/{told.episodes[0].pk}").json()["cuts"][0]


def fetched(reader, url):
    """What lies behind an address of a body; nobody shows a key there."""
    answer = reader.client.get(url)
    assert answer.status_code == 302
    return b"".join(reader.client.get(answer["Location"], headers={"authorization": ""}).streaming_content)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_pictures_and_subtitles_behind_their_addresses_are_what_the_body_says(told, reader, cut):
    cover = reader.get(f"series/{told.series.pk}").json()["artwork"][0]

    for file in (cover, cut["poster"], *cut["subtitles"]):
        assert sha256(fetched(reader, file["url"])) == file["sha256"]


def test_an_edition_plays_as_hls_and_as_dash(told, reader, cut):
    playlist = m3u8.loads(fetched(reader, cut["edition"]["hls_url"]).decode())

    assert [rung.stream_info.resolution for rung in playlist.playlists] == [(720, 1280), (360, 640)]
    assert fetched(reader, cut["edition"]["dash_url"]).startswith(b"<?xml")


def test_an_unknown_format_is_refused(told, reader, cut):
    answer = reader.get(f"assets/{cut['edition']['id']}", format="flv")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_format")


def test_an_address_is_made_anew_for_each_request_and_not_kept(told, reader, cut):
    assert reader.client.get(cut["poster"]["url"])["Cache-Control"] == "private, no-store"


def test_an_asset_that_no_entry_mentions_is_not_there(told, reader):
    with scope(told.studio):
        unreleased = make_episode(told.series, 3).default_cut().packages.get()
        others_cover = make_series("other", "Other").artwork.get()
    strangers = [unreleased.pk, others_cover.pk, new_id()]

    assert [reader.get(f"assets/{each}").status_code for each in strangers] == [404, 404, 404]


def test_the_whole_edition_is_not_there_for_a_partner_with_fewer_languages(lantern, desk, nova, reader):
    with scope(lantern):
        series = make_series()
        episode = make_episode(series, subtitles=["en", "fr"])
        for subject in (series, episode):
            desk.release(subject)
        make_grant(nova, series, subtitle_languages=["fr"])
        whole = episode.default_cut().packages.get().editions.get()
        english = whole.sidecars.get(language="en")
    relay_at(series, NOW)

    assert [reader.get(f"assets/{each.pk}").status_code for each in (whole, english)] == [404, 404]


def test_assets_end_with_the_window_though_no_worker_runs(lantern, desk, nova, reader):
    with scope(lantern):
        series = make_series()
        desk.release(series)
        make_grant(nova, series, until_at=NOW - timedelta(hours=1))
        cover = series.artwork.get()
    relay_at(series, NOW - timedelta(days=1))

    assert reader.get(f"assets/{cover.pk}").status_code == 404


def test_assets_of_a_withdrawn_episode_are_not_there(told, reader, cut, producer):
    with scope(told.studio):
        told.episodes[0].releases.get().withdraw(by=producer, why="wrong master")
    relay_at(told.series, NOW)

    addresses = [cut["poster"]["url"], cut["edition"]["hls_url"]]
    assert [reader.client.get(address).status_code for address in addresses] == [404, 404]
