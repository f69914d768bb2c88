"""Writes SRT: numbers from 1, commas in the times, LF at the end of lines, UTF-8 without a BOM."""

from localization.formats.clock import clock
from localization.formats.document import Cue, Document
from localization.formats.losses import Losses
from localization.formats.srt_markup import PLACES, to_srt


def write_srt(document: Document, losses: Losses) -> str:
    """Return ``document`` as SRT, adding to ``losses`` what SRT cannot hold."""
    for what, kept in (
        ("regions", document.regions),
        ("style sheets", document.styles),
        ("notes", document.notes),
    ):
        if kept:
            losses.note(what)
    return "\n".join(_cue(number, cue, losses) for number, cue in enumerate(document.cues, start=1))


def _cue(number: int, cue: Cue, losses: Losses) -> str:
    if cue.identifier not in ("", str(number)):
        losses.note("identifiers of cues, which SRT counts from 1", number)
    text, lost = to_srt(cue.text)
    for what in lost:
        losses.note(what, number)
    times = f"{clock(cue.start_ms, point=',')} --> {clock(cue.end_ms, point=',')}"
    return f"{number}\n{times}\n{_place(number, cue, losses)}{text}\n"


def _place(number: int, cue: Cue, losses: Losses) -> str:
    for place, settings in PLACES.items():
        if settings and settings == cue.settings:
            return f"{{\\an{place}}}"
    if cue.settings:
        losses.note("places on the picture", number)
    return ""
