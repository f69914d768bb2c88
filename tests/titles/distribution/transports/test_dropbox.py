"""What every dropbox does, tried on a folder and on a real bucket: Swift's, or the one that OCTAVO_TEST_S3 names.

OCTAVO_TEST_S3 is an address such as s3://key:secret@127.0.0.1:9000/bucket/prefix?tls=off.
"""

import hashlib
import io
import os
import socket
import threading
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from titles.distribution.sending import Measured
from titles.distribution.transports import Unreachable, WrongAddress, check, dropbox


@pytest.fixture(params=["file", "s3"])
def box(request, tmp_path, settings):
    settings.PRIVATE_PARTNER_HOSTS, settings.DROPBOX_FOLDERS = ["127.0.0.1"], [tmp_path]
    if request.param == "file":
        return dropbox(f"file://{tmp_path}")
    address, _mark, options = _bucket_of(request).partition("?")
    return dropbox(f"{address}/{uuid.uuid4()}?{options}")


def _bucket_of(request):
    named = os.environ.get("OCTAVO_TEST_S3", "")
    if named:
        return named
    swift = request.getfixturevalue("swift")
    swift.bucket("partner")
    return swift.address("partner")


def put(box, path, content):
    """Send bytes as a delivery does: from a source that cannot be read twice."""
    measured = Measured(io.BytesIO(content), lambda read: None)
    box.put(path, measured)
    return measured.size_bytes


def has(box, path, content):
    return box.has(path, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def test_what_was_put_is_there(box):
    assert put(box, "heiress/001/r1/mezzanine.mp4", b"film") == 4
    assert has(box, "heiress/001/r1/mezzanine.mp4", b"film")


def test_a_file_larger_than_any_buffer_arrives_whole(box):
    content = os.urandom(20 * 1024 * 1024 + 1)
    put(box, "film.mp4", content)

    assert has(box, "film.mp4", content)


def test_an_empty_file_is_a_file(box):
    put(box, "empty.vtt", b"")

    assert has(box, "empty.vtt", b"")


def test_a_file_of_other_size_or_other_content_is_not_the_same(box):
    put(box, "film.mp4", b"film")

    assert [has(box, "film.mp4", other) for other in (b"films", b"fil!", b"")] == [False, False, False]


def test_what_was_never_put_is_not_there(box):
    assert not has(box, "film.mp4", b"film")


def test_putting_again_replaces_and_leaves_no_second_file(box):
    put(box, "pack/film.mp4", b"a longer film")
    put(box, "pack/film.mp4", b"film")

    assert has(box, "pack/film.mp4", b"film")
    assert box.files_in("pack") == ["pack/film.mp4"]


def test_files_are_found_in_folders_of_folders(box):
    for path in ("pack/a.vtt", "pack/subtitles/es.vtt", "other/b.vtt"):
        put(box, path, b"x")

    assert sorted(box.files_in("pack")) == ["pack/a.vtt", "pack/subtitles/es.vtt"]
    assert box.files_in("nowhere") == []


def test_what_was_taken_back_is_gone_and_may_be_taken_back_again(box):
    put(box, "film.mp4", b"film")
    box.take_back("film.mp4")
    box.take_back("film.mp4")

    assert not has(box, "film.mp4", b"film")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ftp://partner.example/in", "file://… or s3://…"),
        ("file://server/share", "file:///a/folder"),
        ("s3://partner.example/bucket", "s3://key:secret@host/bucket/prefix"),
        ("s3://key:secret@partner.example", "s3://key:secret@host/bucket/prefix"),
        ("s3://key:secret@127.0.0.1/bucket", "not a public address"),
        ("s3://key:secret@partner.example/bucket?tls=off", "without TLS"),
        ("s3://key:secret@[::1/bucket", "cannot be read"),
        ("s3://key:secret@partner.example:port/bucket", "cannot be read"),
        ("s3://key:secret@partner.example:99999/bucket", "cannot be read"),
        ("file:///srv/%00", "file:///a/folder"),
        ("file:///", "OCTAVO_DROPBOX_FOLDERS"),
    ],
)
def test_an_address_that_can_never_work_is_refused_without_its_secret(address, sentence):
    with pytest.raises(WrongAddress) as refused:
        dropbox(address)
    assert sentence in str(refused.value)


def test_our_own_store_is_nobodys_dropbox(settings):
    with pytest.raises(WrongAddress, match="keeps its own media"):
        dropbox(f"file://{settings.MEDIA_ROOT}/packages")


def test_a_folder_that_the_operator_did_not_name_is_refused(tmp_path, settings):
    allowed, other = tmp_path / "partners", tmp_path / "partners-else"
    settings.DROPBOX_FOLDERS = [allowed]
    for folder in (allowed / "nova", other):
        folder.mkdir(parents=True)
    (allowed / "way-out").symlink_to(other)

    dropbox(f"file://{allowed}/nova")
    for outside in (other, allowed / "nova" / ".." / ".." / "partners-else", allowed / "way-out"):
        with pytest.raises(WrongAddress, match="OCTAVO_DROPBOX_FOLDERS"):
            dropbox(f"file://{outside}")


def test_nothing_is_asked_when_an_address_is_only_checked(settings, tmp_path):
    settings.DROPBOX_FOLDERS = [tmp_path]

    check(f"file://{tmp_path}/unmounted")
    check("s3://key:secret@nowhere.invalid/bucket")


def test_a_name_that_leads_elsewhere_later_is_not_followed(settings, monkeypatch):
    settings.PRIVATE_PARTNER_HOSTS = ["store.example"]
    with listening("127.0.0.2") as (port, asked), listening("127.0.0.1", port) as (_port, asked_elsewhere):
        answers = iter(["127.0.0.2"])
        resolve = socket.getaddrinfo

        def rebinding(host, *arguments, **options):
            found = next(answers, "127.0.0.1") if host == "store.example" else host
            return resolve(found, *arguments, **options)

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        box = dropbox(f"s3://key:secret@store.example:{port}/bucket?tls=off")

        assert not has(box, "film.mp4", b"film")

    assert asked_elsewhere == []
    assert {(line, host) for line, host in asked} == {("HEAD /bucket/film.mp4", f"store.example:{port}")}


@contextmanager
def listening(address, port=0):
    """A bucket in which there is nothing, and what it was asked."""
    asked = []

    class Empty(BaseHTTPRequestHandler):
        def do_HEAD(self):
            asked.append((f"{self.command} {self.path}", self.headers["Host"]))
            self.send_error(404)

        def log_message(self, *_arguments):
            """Nobody reads it."""

    server = ThreadingHTTPServer((address, port), Empty)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_folder_that_is_not_there_may_come_back(tmp_path, settings):
    settings.DROPBOX_FOLDERS = [tmp_path]

    with pytest.raises(Unreachable, match="not there"):
        dropbox(f"file://{tmp_path}/unmounted")


def test_a_folder_that_cannot_be_written_is_named_by_its_file(tmp_path, settings):
    settings.DROPBOX_FOLDERS = [tmp_path]
    box = dropbox(f"file://{tmp_path}")
    (tmp_path / "pack").write_text("a file where a folder should be")

    with pytest.raises(Unreachable, match="The dropbox failed at pack/film.mp4"):
        put(box, "pack/film.mp4", b"film")
