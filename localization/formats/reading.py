"""The one door for subtitle files that come in."""

from dataclasses import replace
from pathlib import PurePath

from localization.formats.document import Document, Unreadable
from localization.formats.encodings import decode
from localization.formats.references import REPLACEMENT
from localization.formats.repairs import Repairs
from localization.formats.srt_reader import read_srt
from localization.formats.webvtt_reader import is_webvtt, read_webvtt

# A subtitle file of a two-hour film has about 150 kB, one of an episode 5 kB.
MAX_BYTES = 2 * 1024 * 1024

_WEBVTT_NAMES = frozenset({".vtt", ".webvtt"})


def read(data: bytes, *, filename: str, language: str | None = None) -> Document:
    """Read an SRT or WebVTT file of at most 2 MB.

    The extension of ``filename`` decides that a file must be WebVTT; under any other name the signature
    does, and what has none is read as SRT. ``language``, a BCP 47 tag, decides between encodings when the
    file is not UTF-8. The cues come back in order of their start, times in milliseconds.

    Raises Unreadable, and nothing else whatever the bytes are.

    >>> document = read(b"1\\n00:01.5 --> 00:02,500\\nHi <b>you\\n", filename="ep01.srt")
    >>> document.cues
    [Cue(start_ms=1500, end_ms=2500, text='Hi <b>you</b>', identifier='1', settings={})]
    >>> document.repairs[1]
    'Line 2: the hours were missing from the times.'
    """
    if not data.strip():
        raise Unreadable("The file is empty. Export the subtitles again.")
    if len(data) > MAX_BYTES:
        raise Unreadable("The file is larger than 2 MB, which no episode's subtitles are. Choose another file.")
    repairs = Repairs()
    text, encoding = decode(data, language, repairs)
    text = _normalized(text, repairs)
    if PurePath(filename).suffix.lower() in _WEBVTT_NAMES or is_webvtt(text):
        document = read_webvtt(text, repairs)
    else:
        document = read_srt(text, repairs)
    return replace(document, encoding=encoding, repairs=repairs.sentences())


def _normalized(text: str, repairs: Repairs) -> str:
    """Return ``text`` with LF line ends and no NUL (WebVTT section 6.1, step 1; SRT is treated alike)."""
    if "\0" in text:
        repairs.note("zero bytes in the text show as \ufffd.")
    if "\r\r\n" in text:
        repairs.note("line ends had been doubled and were mended.")
    text = text.replace("\0", REPLACEMENT).replace("\r\r\n", "\n")
    return text.replace("\r\n", "\n").replace("\r", "\n")
