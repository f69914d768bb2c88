import time
from hashlib import sha256

import pytest
from django.core.signing import TimestampSigner
from django.db import connection

from studios.keys import new_id
from studios.scope import scope
from tests.titles.media.conftest import make_cut
from tests.titles.media.shelf import content_of, make_package
from titles.media import playback
from titles.media.composing import compose
from titles.media.handing_down import hand_down
from titles.media.models import Stream

HOLA = "WEBVTT\n\n00:01.000 --> 00:02.500\nHola\n"


@pytest.fixture
def edition(cut):
    with scope(cut.studio_id):
        make_package(cut)
        hand_down(cut, language="es", kind="full", name="Español", webvtt=HOLA, origin_id=new_id())
    return compose(cut)


@pytest.fixture
def stream(edition):
    with scope(edition.studio_id):
        return Stream.objects.filter(kind="picture").order_by("digest").first()


@pytest.fixture
def at(edition):
    """Return the address of a file that stands beside the playlist, as a player would resolve it."""
    base = playback.address(edition).removesuffix(f"editions/{edition.digest}/master.m3u8")
    return lambda path: base + path


@pytest.fixture
def mp4(at, stream):
    return at(f"packages/{stream.digest}/stream.mp4")


def body(answer):
    return answer.getvalue()


# Addresses


def test_an_edition_has_an_address_for_each_kind_of_player(edition):
    hls, dash = playback.address(edition), playback.address(edition, format="dash")

    assert (hls.split("/")[1], hls.split("/")[3:]) == ("media", ["editions", edition.digest, "master.m3u8"])
    assert dash.split("/")[3:] == ["editions", edition.digest, "manifest.mpd"]


def test_an_address_stays_the_same_for_a_while_so_that_browsers_have_the_film_already(edition, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_800_000_001.0)
    first = playback.address(edition)
    monkeypatch.setattr("time.time", lambda: 1_800_000_599.0)

    assert playback.address(edition) == first


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("editions/{edition}/master.m3u8", "application/vnd.apple.mpegurl"),
        ("editions/{edition}/manifest.mpd", "application/dash+xml"),
        ("editions/{edition}/es.vtt", "text/vtt; charset=utf-8"),
        ("packages/{stream}/stream.m3u8", "application/vnd.apple.mpegurl"),
        ("packages/{stream}/stream.mp4", "video/mp4"),
    ],
)
def test_everything_of_an_edition_is_served_with_its_type(client, at, edition, stream, path, media_type):
    answer = client.get(at(path.format(edition=edition.digest, stream=stream.digest)))

    assert (answer.status_code, answer["Content-Type"]) == (200, media_type)


def test_the_bytes_are_those_of_the_store(client, mp4, stream):
    assert body(client.get(mp4)) == content_of(stream.digest)


def test_whoever_has_the_address_may_keep_a_copy_and_nobody_between(client, mp4):
    assert client.get(mp4)["Cache-Control"] == "private, max-age=31536000, immutable"


def test_no_session_is_needed_and_none_is_made(client, mp4):
    assert client.get(mp4).cookies == {}


def test_a_stream_is_looked_up_once_per_process(client, mp4, statements):
    client.get(mp4)
    with statements() as sent:
        client.get(mp4)

    assert sent == []


def test_a_signed_in_viewer_is_not_looked_up_for_every_range(client, mp4, producer, statements):
    client.force_login(producer)
    client.get(mp4)
    with statements() as sent:
        client.get(mp4)

    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_bytes_are_sent(client, mp4):
    answer = client.get(mp4)

    assert connection.connection is None
    assert len(body(answer)) == 1000


# Who may see what


def test_the_address_of_one_edition_opens_no_stream_of_another(client, at, lantern):
    other = make_cut(lantern, slug="twin")
    with scope(lantern):
        make_package(other)
        foreign = Stream.objects.filter(renditions__package__cut=other).first()

    assert client.get(at(f"packages/{foreign.digest}/stream.mp4")).status_code == 404


def test_the_address_of_one_edition_opens_no_other_edition(client, at, lantern):
    other = make_cut(lantern, slug="twin")
    with scope(lantern):
        make_package(other)

    assert client.get(at(f"editions/{compose(other).digest}/master.m3u8")).status_code == 404


def test_another_studios_stream_is_not_opened_even_by_its_digest(client, edition, stream, harbor):
    """The same digest in the token, but signed for Harbor: that studio has no such edition."""
    token = playback._signer.sign_object(["edition", str(harbor.pk), edition.digest])

    answers = [
        client.get(f"/media/{token}/{path}").status_code
        for path in (f"packages/{stream.digest}/stream.mp4", f"editions/{edition.digest}/master.m3u8")
    ]

    assert answers == [404, 404]


@pytest.mark.parametrize(
    "path",
    [
        "../../../masters/film.mp4",
        "editions/../packages/{stream}/stream.mp4",
        "editions/{edition}/../{edition}/master.m3u8",
        "editions//{edition}/master.m3u8",
        "./editions/{edition}/master.m3u8",
        "editions/{edition}/./master.m3u8",
        "editions/{edition}/master.m3u8/",
        "editions/{edition}",
        "packages/{stream}/.stream.mp4.0a1b2c3d",
        "packages/{stream}/%2e%2e/stream.mp4",
        "packages/{stream}/..%2fstream.mp4",
        "packages/{stream}/..\\stream.mp4",
        "masters/{stream}/stream.mp4",
        "",
    ],
)
def test_a_path_that_is_not_exactly_a_file_of_the_edition_is_not_there(client, at, edition, stream, path):
    assert client.get(at(path.format(edition=edition.digest, stream=stream.digest))).status_code == 404


def test_a_file_that_the_edition_does_not_have_is_not_there(client, at, edition):
    assert client.get(at(f"editions/{edition.digest}/fr.vtt")).status_code == 404


def test_an_altered_address_is_refused_with_a_sentence(client, mp4):
    token = mp4.split("/")[2]
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")

    answer = client.get(mp4.replace(token, altered))

    assert (answer.status_code, answer.content.decode()) == (
        403,
        "This address was altered. Open it from the page that you have it from.",
    )


def test_an_address_signed_for_something_else_is_refused(client, mp4, edition):
    token = TimestampSigner(sep=".").sign_object(["edition", str(edition.studio_id), edition.digest])

    assert client.get(mp4.replace(mp4.split("/")[2], token)).status_code == 403


def test_an_address_whose_time_is_over_is_refused_with_a_sentence(client, mp4, settings):
    settings.PLAYBACK_ADDRESS_LIVES_S = -3600

    answer = client.get(mp4)

    assert (answer.status_code, answer.content.decode()) == (
        403,
        "This address has expired. Reload the page that you have it from.",
    )


def test_the_address_of_one_file_opens_that_file_only(client, cut, edition, stream):
    address = playback.file_address(cut.studio_id, f"{stream.folder()}/stream.json")

    assert body(client.get(address)) == content_of(stream.digest)
    assert client.get(address.replace("stream.json", "stream.mp4")).status_code == 404


def test_the_address_of_a_download_lives_five_minutes(client, cut, stream, monkeypatch):
    address = playback.download_address(cut.studio_id, f"{stream.folder()}/stream.json")
    now_s = time.time()
    statuses = []
    for later_s in (4 * 60, 5 * 60):
        monkeypatch.setattr(time, "time", lambda: now_s + later_s)  # noqa: B023 - called before the next round
        statuses.append(client.get(address).status_code)

    assert statuses == [200, 403]


def test_a_file_of_another_store_has_an_address_too(client, cut, stores):
    artwork = stores / "artwork" / str(cut.studio_id) / "cover.jpg"
    artwork.parent.mkdir(parents=True)
    artwork.write_bytes(b"picture")

    answer = client.get(playback.file_address(cut.studio_id, f"{cut.studio_id}/cover.jpg", store="artwork"))

    assert (body(answer), answer["Content-Type"]) == (b"picture", "image/jpeg")


# Byte ranges and conditions


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=100-199", 100, 199), ("bytes=900-", 900, 999), ("bytes=-10", 990, 999), ("bytes=990-5000", 990, 999)],
)
def test_a_range_is_answered_with_its_bytes(client, mp4, stream, asked, first, last):
    answer = client.get(mp4, headers={"Range": asked})

    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes {first}-{last}/1000")
    assert answer["Content-Length"] == str(last - first + 1)
    assert body(answer) == content_of(stream.digest)[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=20-10", "bytes=0-1,5-6", "frames=0-1"])
def test_a_range_that_may_be_ignored_gives_the_whole_file(client, mp4, stream, asked):
    answer = client.get(mp4, headers={"Range": asked})

    assert (answer.status_code, answer["Content-Length"]) == (200, "1000")
    assert body(answer) == content_of(stream.digest)


def test_a_range_behind_the_end_is_told_the_size(client, mp4):
    answer = client.get(mp4, headers={"Range": "bytes=1000-"})

    assert (answer.status_code, answer["Content-Range"], body(answer)) == (416, "bytes */1000", b"")


def test_the_whole_file_says_that_ranges_are_welcome(client, mp4):
    answer = client.get(mp4)

    assert (answer["Accept-Ranges"], answer["Content-Length"]) == ("bytes", "1000")


def test_head_gives_the_length_and_no_bytes(client, mp4):
    answer = client.head(mp4)

    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, "1000", b"")


def test_head_of_a_range_gives_its_length(client, mp4):
    answer = client.head(mp4, headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer["Content-Length"], answer["Content-Range"]) == (206, "10", "bytes 0-9/1000")


def test_a_client_that_has_the_file_is_told_so(client, mp4):
    etag = client.get(mp4)["ETag"]
    answer = client.get(mp4, headers={"If-None-Match": etag})

    assert (answer.status_code, answer["ETag"], body(answer)) == (304, etag, b"")


def test_a_client_that_has_the_beginning_of_this_file_gets_the_rest(client, mp4):
    etag = client.get(mp4)["ETag"]

    assert client.get(mp4, headers={"Range": "bytes=5-", "If-Range": etag}).status_code == 206


@pytest.mark.parametrize("condition", ['"another"', 'W/"{etag}"', "Sun, 22 Nov 2026 12:00:00 GMT"])
def test_a_client_that_has_the_beginning_of_something_else_gets_the_whole(client, mp4, condition):
    etag = client.get(mp4)["ETag"].strip('"')
    answer = client.get(mp4, headers={"Range": "bytes=5-", "If-Range": condition.format(etag=etag)})

    assert (answer.status_code, answer["Content-Length"]) == (200, "1000")


def test_two_files_have_two_etags(client, at, stream):
    etags = {client.get(at(f"packages/{stream.digest}/{name}"))["ETag"] for name in ("stream.mp4", "stream.json")}

    assert len(etags) == 2


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_written(client, mp4, method):
    assert getattr(client, method)(mp4).status_code == 405


def test_digest_folders_are_named_by_sha256_only(client, at, edition):
    assert client.get(at(f"packages/{sha256(b'x').hexdigest().upper()}/stream.mp4")).status_code == 404
