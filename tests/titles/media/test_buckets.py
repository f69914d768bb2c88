import io
import re
from html import unescape
from urllib.request import Request, urlopen

import m3u8
import pytest

from studios.scope import scope
from tests.titles.media.shelf import content_of, make_package
from titles.media import playback, storing
from titles.media.composing import compose
from titles.media.models import Stream
from titles.media.models.package import packages_storage

PLAYLIST = '#EXTM3U\n#EXT-X-MAP:URI="stream.mp4",BYTERANGE="9@0"\n#EXTINF:4.000,\n#EXT-X-BYTERANGE:9@9\nstream.mp4\n'


@pytest.fixture
def edition(cut, in_bucket):
    """An edition whose files lie in a bucket."""
    with scope(cut.studio_id):
        make_package(cut)
        for stream in Stream.objects.all():
            storing.keep(packages_storage(), f"{stream.folder()}/stream.m3u8", io.BytesIO(PLAYLIST.encode()))
    return compose(cut)


@pytest.fixture
def stream(edition):
    with scope(edition.studio_id):
        return Stream.objects.filter(kind="picture").first()


def beside(address, path):
    return "/".join(address.split("/")[:3]) + "/" + path


def fetched(address, **headers):
    with urlopen(Request(address, headers=headers)) as answer:  # noqa: S310 - a bucket of our own on loopback
        return answer.read()


def test_the_master_playlist_is_answered_here_word_for_word(client, edition):
    answer = client.get(playback.address(edition))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vnd.apple.mpegurl")
    assert [variant.uri.split("/")[:3] for variant in m3u8.loads(answer.content.decode()).playlists] == [
        ["..", "..", "packages"],
        ["..", "..", "packages"],
    ]


def test_a_media_playlist_names_the_stream_where_the_bucket_has_it(client, edition, stream):
    answer = client.get(beside(playback.address(edition), f"packages/{stream.digest}/stream.m3u8"))
    playlist = m3u8.loads(answer.content.decode())

    assert playlist.segments[0].uri == playlist.segment_map[0].uri
    assert fetched(playlist.segments[0].uri) == content_of(stream.digest)


def test_a_manifest_names_every_stream_where_the_bucket_has_it(client, edition):
    answer = client.get(playback.address(edition, format="dash"))
    named = [unescape(text) for text in re.findall(r"<BaseURL>(http[^<]+)</BaseURL>", answer.content.decode())]

    assert len(named) == 3
    for address in named:
        digest = re.search(r"/([0-9a-f]{64})/stream\.mp4\?", address)[1]
        assert fetched(address) == content_of(digest)


def test_a_bare_stream_is_fetched_from_the_bucket(client, edition, stream):
    answer = client.get(beside(playback.address(edition), f"packages/{stream.digest}/stream.mp4"))

    assert answer.status_code == 302
    assert fetched(answer["Location"]) == content_of(stream.digest)


def test_what_holds_signatures_is_not_kept_longer_than_they_live(client, edition):
    assert client.get(playback.address(edition))["Cache-Control"] == "private, max-age=600"


def test_a_file_that_the_bucket_does_not_have_is_not_there(client, edition):
    assert client.get(beside(playback.address(edition), f"editions/{edition.digest}/fr.vtt")).status_code == 404


def test_the_address_of_one_edition_still_opens_no_other_stream(client, edition):
    assert client.get(beside(playback.address(edition), f"packages/{'0' * 64}/stream.mp4")).status_code == 404


def test_a_bucket_gives_the_part_that_a_player_asks_for(client, edition, stream):
    address = client.get(beside(playback.address(edition), f"packages/{stream.digest}/stream.mp4"))["Location"]

    assert fetched(address, Range="bytes=100-199") == content_of(stream.digest)[100:200]


def test_a_bucket_that_is_away_is_told_as_such(client, edition, swift):
    swift.stop()
    answer = client.get(playback.address(edition))

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "media store does not answer" in answer.content.decode()
