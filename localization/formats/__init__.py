"""Subtitle files in and out: SRT and WebVTT, read as the world writes them and written as players read them.

This package never imports Django and does no input or output of its own. The way in is `read`, the way out
`write`; between the two stands a `Document`. The parts behind them:

- ``encodings`` turns bytes into text, ``webvtt_reader`` and ``srt_reader`` text into a document;
- ``cue_text`` knows the markup inside a cue, ``cue_settings`` its place on the picture;
- ``webvtt_writer`` and ``srt_writer`` write, ``checks`` looks at times.
"""

from localization.formats.document import Cue, Document, Region, Unreadable
from localization.formats.reading import MAX_BYTES, read
from localization.formats.writing import FORMATS, UnknownFormat, Written, convert, dropped, write

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "Cue",
    "Document",
    "Region",
    "Unreadable",
    "UnknownFormat",
    "Written",
    "convert",
    "dropped",
    "read",
    "write",
]
