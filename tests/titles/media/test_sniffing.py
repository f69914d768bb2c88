import pytest
from hypothesis import given
from hypothesis import strategies as st

from titles.media.sniffing import HEAD_BYTES, NotFilm, sniff

EBML = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01"


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\x00\x00\x00\x20ftypisom", "mov"),
        (b"\x00\x00\x00\x14ftypqt  ", "mov"),
        (b"\x00\x00\x00\x08wide\x00\x01\x00\x00mdat", "mov"),
        (b"\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x10\x00\x00", "mov"),
        (EBML + b"\x42\x82\x88matroska", "matroska"),
        (EBML + b"\x42\x82\x84webm", "matroska"),
    ],
)
def test_films_are_known_by_their_first_bytes(head, container):
    assert sniff(head) == container


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"#EXTM3U\n#EXTINF:9,\nfile:/etc/passwd\n", "an HLS playlist"),
        (b"\xef\xbb\xbf\r\n#EXTM3U\n", "an HLS playlist"),
        (b"ffconcat version 1.0\nfile other.mp4\n", "a list of other files"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "a drawing (SVG)"),
        (b"<svg/>", "a drawing (SVG)"),
        (b'<?xml version="1.0"?>\n<MPD/>', "a DASH manifest"),
        (b'<?xml version="1.0"?>\n<tt/>', "an XML document"),
        (b"<!doctype html><title>Sign in</title>", "a web page"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\n", "a description of a session (SDP)"),
        ("Episode one: 豪门".encode(), "a text file"),
        ("Episode one".encode("utf-16"), "a text file"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture (JPEG)"),
        (b"\x00\x00\x00\x20ftypheic", "a picture (HEIF or AVIF)"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive"),
        ((b"G" + bytes(187)) * 3, "an MPEG transport stream"),
        (EBML + b"\x42\x82\x84evil", "a file of another kind"),
        (b"\x00\x00\x00\x04moov", "a file of another kind"),
        (bytes(HEAD_BYTES), "a file of another kind"),
    ],
)
def test_anything_else_is_refused_by_its_name(head, what):
    with pytest.raises(NotFilm) as refusal:
        sniff(head)

    assert str(refusal.value) == f"This is {what}, not a film. Export the episode as MP4 or MOV and upload that."


def test_an_empty_file_is_refused():
    with pytest.raises(NotFilm, match=r"^The file is empty\. Upload it again\.$"):
        sniff(b"")


def test_a_text_is_a_text_even_when_its_last_letter_is_cut_in_two():
    with pytest.raises(NotFilm, match="This is a text file"):
        sniff(("豪".encode() * 2000)[:HEAD_BYTES])


@given(st.binary(max_size=64))
def test_no_bytes_at_all_make_it_stumble(head):
    try:
        assert sniff(head) in {"mov", "matroska"}
    except NotFilm as refusal:
        assert str(refusal).endswith(".")
