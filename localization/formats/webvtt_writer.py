"""Writes WebVTT that every player reads alike: hours in all times, LF at the end of lines, UTF-8, no BOM.

Character references are resolved and only ``&amp;``, ``&lt;`` and ``&gt;`` written: ExoPlayer, which most
Android apps play with, drops the word behind a bare ``&`` and every other reference, ``&rlm;`` among them.
"""

from collections.abc import Callable, Mapping

from localization.formats import cue_text
from localization.formats.clock import clock
from localization.formats.cue_settings import layout, read_region, read_settings, written
from localization.formats.document import Cue, Document, Region
from localization.formats.losses import Losses
from localization.formats.references import decode
from localization.formats.webvtt_reader import SIGNATURE

# Where a cue's box ends, or begins at the top, in percent of the height of a 9:16 picture. The app's buttons
# and progress bar begin at 82 % and its title ends at about 7 %; three lines of type 2.8 % high need 12 %.
FOOT = "78%,end"
HEAD = "12%,start"
MIDDLE = "50%"


def write_webvtt(document: Document, losses: Losses) -> str:
    """Return ``document`` as WebVTT, adding to ``losses`` what had to be changed."""
    return _write(document, losses, place=lambda settings: settings)


def write_positioned_webvtt(document: Document, losses: Losses) -> str:
    """Return ``document`` as WebVTT that says where each cue stands.

    Many players put a cue without ``line`` at the very bottom, under the app's buttons, and ignore the app's
    own margins. Cues that name their line, and vertical ones, stay where they are.
    """
    return _write(document, losses, place=_positioned)


def _positioned(settings: Mapping[str, str]) -> Mapping[str, str]:
    """Return valid settings with a line, and with a position where text is centered on one."""
    now = layout(settings)
    stands_at_an_edge = now.snap_to_lines and now.line in (None, 0, -1)
    if now.vertical or not stands_at_an_edge:
        return settings
    placed = dict(settings) | {"line": HEAD if now.line == 0 else FOOT}
    placed.pop("region", None)  # a line of its own takes a cue out of its region
    if now.align == "center":  # text that starts at the middle of the picture would run out of it
        placed.setdefault("position", MIDDLE)
    return placed


def _write(document: Document, losses: Losses, *, place: Callable[[Mapping[str, str]], Mapping[str, str]]) -> str:
    blocks = [SIGNATURE]
    blocks += [_style(style, losses) for style in document.styles if style.strip()]
    blocks += filter(None, [_region(region, losses) for region in document.regions])
    blocks += [_note(note, losses) for note in document.notes]
    identifiers = {region.identifier for region in document.regions}
    for number, cue in enumerate(document.cues, start=1):
        valid = read_settings(written(cue.settings), identifiers).valid
        if valid != cue.settings:
            losses.note("settings that WebVTT does not know", number)
        settings = place(valid)
        if "region" in valid and "region" not in settings:
            losses.note("regions, in favor of a line", number)
        blocks.append(_cue(number, cue, settings, losses))
    return "\n\n".join(blocks) + "\n"


def _cue(number: int, cue: Cue, settings: Mapping[str, str], losses: Losses) -> str:
    identifier = _line(cue.identifier)
    if identifier != cue.identifier:
        losses.note("identifiers of cues that hold arrows or line breaks", number)
    times = f"{clock(cue.start_ms)} --> {clock(cue.end_ms)} {written(settings)}".rstrip()
    said = _said(cue.text)
    lines = _lines(said)
    if said.split("\n") not in (lines, [""]):
        losses.note("blank lines", number)
    return "\n".join([*filter(None, [identifier]), times, *lines])


def _said(text: str) -> str:
    pieces = (_without_arrows(token.raw) if token.is_tag else _speech(token.raw) for token in cue_text.tokens(text))
    return "".join(pieces)


def _speech(text: str) -> str:
    return decode(text).replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")


def _without_arrows(text: str) -> str:
    """Break arrows by a blank. In a tag this changes nothing, for a blank before its end has no meaning."""
    return text.replace("-->", "-- >")


def _style(style: str, losses: Losses) -> str:
    if "-->" in style:
        losses.note("arrows in style sheets")
    return "\n".join(["STYLE", *_lines(style.replace("-->", "--\\>"))])


def _region(region: Region, losses: Losses) -> str:
    """Return a REGION block, or an empty text for a region that no cue could ever name."""
    settings = [f"{name}:{value}" for name, value in region.settings.items()]
    body = [f"id:{region.identifier}", *settings]
    if not region.identifier or read_region(" ".join(body)) != region or "-->" in region.identifier:
        losses.note("regions that WebVTT cannot say")
        return ""
    return "\n".join(["REGION", *body])


def _note(note: str, losses: Losses) -> str:
    if "-->" in note:
        losses.note("arrows in notes")
    return "NOTE " + _without_arrows("\n".join(_lines(note)))


def _lines(text: str) -> list[str]:
    """Return the lines that are not empty: an empty one would end the block."""
    return [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line]


def _line(text: str) -> str:
    return _without_arrows(" ".join(_lines(text)))
