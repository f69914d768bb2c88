"""The one door for subtitle files that go out."""

from collections.abc import Callable
from typing import NamedTuple

from localization.formats.document import Document
from localization.formats.losses import Losses
from localization.formats.srt_writer import write_srt
from localization.formats.webvtt_writer import write_positioned_webvtt, write_webvtt

_WRITERS: dict[str, Callable[[Document, Losses], str]] = {
    "srt": write_srt,
    "vtt": write_webvtt,
    "vtt-positioned": write_positioned_webvtt,
}
FORMATS = tuple(_WRITERS)


class UnknownFormat(ValueError):
    """A format that cannot be written; the sentence names those that can."""


class Written(NamedTuple):
    """A file to send, and a sentence for each thing that its format could not hold."""

    data: bytes
    dropped: list[str]


def convert(document: Document, format: str) -> Written:
    """Return ``document`` as a file in ``format`` together with what was dropped.

    ``format`` is one of ``srt``, ``vtt`` and ``vtt-positioned``, WebVTT in which every cue says where on a
    9:16 picture it stands. Equal documents give equal bytes: UTF-8, LF, no byte order mark.

    Raises UnknownFormat.
    """
    if format not in _WRITERS:
        raise UnknownFormat(f"“{format}” cannot be written. Choose one of {', '.join(FORMATS)}.")
    losses = Losses()
    text = _WRITERS[format](document, losses)
    # NUL is no character of either format, and half a surrogate pair has no bytes. A file read by us holds
    # neither; a document that a program put together might.
    return Written(text.replace("\0", "\ufffd").encode("utf-8", errors="replace"), losses.sentences())


def write(document: Document, format: str) -> bytes:
    """Return ``document`` as a file in ``format``, as `convert` does.

    >>> from localization.formats.document import Cue
    >>> print(write(Document([Cue(1_000, 2_500, "Tom &amp; <i>Jerry</i>")]), "srt").decode())
    1
    00:00:01,000 --> 00:00:02,500
    Tom & <i>Jerry</i>
    """
    return convert(document, format).data


def dropped(document: Document, format: str) -> list[str]:
    """Return one sentence for each thing that ``format`` cannot hold of ``document``.

    >>> from localization.formats.document import Cue
    >>> dropped(Document([Cue(0, 900, "<v Ann>Hi")]), "srt")
    ['Not kept in cue 1: the names of speakers.']
    """
    return convert(document, format).dropped
