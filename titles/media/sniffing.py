"""What a file is, by its first bytes. Its name says nothing."""

import codecs

from titles.media.sentences import Told

HEAD_BYTES = 4096
"""How much of a file ``sniff`` wants to see."""

_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}
_STILL_BRANDS = {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
_EBML = b"\x1aE\xdf\xa3"
_MATROSKA_KINDS = (b"\x42\x82\x88matroska", b"\x42\x82\x84webm")

_OTHERS = (
    (b"#EXTM3U", "an HLS playlist"),
    (b"ffconcat", "a list of other files"),
    (b"<MPD", "a DASH manifest"),
    (b"v=0", "a description of a session (SDP)"),
    (b"<svg", "a drawing (SVG)"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"WEBVTT", "a subtitle file"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"ID3", "a sound file (MP3)"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a sound file (FLAC)"),
    (b"RIFF", "an AVI or WAV file"),
    (b"FLV\x01", "a Flash video"),
    (b"\x00\x00\x01\xba", "an MPEG program stream"),
    (b"\x06\x0e+4", "an MXF file"),
)


class NotFilm(Told):
    """The file is nothing that we accept; the text says what it is and what to upload instead."""


def sniff(head: bytes) -> str:
    """Return the container that starts with ``head`` (its first HEAD_BYTES): "mov" or "matroska".

    "mov" stands for MP4 and QuickTime. Raises NotFilm.

    >>> sniff(bytes.fromhex("00000018") + b"ftypisom" + bytes(16))
    'mov'
    >>> sniff(b"#EXTM3U")
    Traceback (most recent call last):
    titles.media.sniffing.NotFilm: This is an HLS playlist, not a film. Export the episode as MP4 or MOV...
    """
    if not head:
        raise NotFilm("empty")
    if _is_matroska(head):
        return "matroska"
    if _is_mov(head):
        return "mov"
    raise NotFilm("not_film", kind=_named(head))


def _is_mov(head: bytes) -> bool:
    """Whether it starts with a box of ISO base media or QuickTime, and not with that of a still picture."""
    size_bytes, kind, brand = int.from_bytes(head[:4]), head[4:8], head[8:12]
    if kind not in _FIRST_BOXES or 1 < size_bytes < 8:
        return False
    return not (kind == b"ftyp" and brand in _STILL_BRANDS)


def _is_matroska(head: bytes) -> bool:
    return head.startswith(_EBML) and any(kind in head[:HEAD_BYTES] for kind in _MATROSKA_KINDS)


def _named(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return "a picture (HEIF or AVIF)"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, name in _OTHERS:
        if head.startswith(start) or text.lower().startswith(start.lower()):
            return _inside(head) or name if start == b"<?xml" else name
    if _is_transport_stream(head):
        return "an MPEG transport stream"
    return "a text file" if _is_text(head) else "a file of another kind"


def _inside(document: bytes) -> str:
    """What an XML document is, when it is something that we know; empty otherwise."""
    known = {b"<svg": "a drawing (SVG)", b"<MPD": "a DASH manifest"}
    return next((name for start, name in known.items() if start in document), "")


def _is_transport_stream(head: bytes) -> bool:
    """A packet of 188 bytes starts with a G; three in a row are no accident."""
    return len(head) > 376 and {head[0], head[188], head[376]} == {0x47}


def _is_text(head: bytes) -> bool:
    """UTF-8 whose last character may be cut in two, or UTF-16 with its mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\x00" not in head
