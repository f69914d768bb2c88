"""What is said about an upload: one sentence for each code, and how its values are written.

The sentences are English, which is what commands and JSON say; a page has them in its reader's language by handing
a ``translate`` in. So the rules that find something need to know neither languages nor Django.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Translate = Callable[[str], str]


def gettext_noop(text: str) -> str:
    """Mark ``text`` for the translators; their tools know the name."""
    return text


SENTENCES = {
    # Files that are no film
    "empty": gettext_noop("The file is empty. Upload it again."),
    "not_film": gettext_noop("This is %(kind)s, not a film. Export the episode as MP4 or MOV and upload that."),
    # Headers
    "no_index": gettext_noop(
        "The file is cut off: its index is missing, so no picture in it can be found."
        " Export it again and upload the whole file."
    ),
    "damaged_headers": gettext_noop(
        "The file is damaged: its headers cannot be read. Export it again and upload the whole file."
    ),
    "too_many_pixels": gettext_noop(
        "The picture is %(size)s: more than %(most)s pixels are not decoded. Export it smaller."
    ),
    "too_many_tracks": gettext_noop(
        "The file has more than %(most)s tracks. Export it with one picture and its sound."
    ),
    "no_length": gettext_noop("The file does not say how long it is. Export it again as MP4 or MOV."),
    "too_long": gettext_noop(
        "The file says that it is %(length_min)s minutes long; more than %(most_min)s minutes are not taken."
        " Export one episode per file."
    ),
    "too_many_bytes": gettext_noop(
        "The file is larger than %(most_mb)s MB, the most that is taken here. Export it with a lower bit rate."
    ),
    "effort": gettext_noop("Reading it takes far more work than a film of its length needs. Export it again."),
    # What is in the film
    "no_picture": gettext_noop("The file has no picture. Export the episode with its picture."),
    "all_black": gettext_noop("The picture is black from beginning to end. Check it and export it again."),
    "cut_off": gettext_noop(
        "The file is cut off: it says %(says_ms)s but only %(seen_ms)s can be decoded."
        " Export it again and upload the whole file."
    ),
    "damaged": gettext_noop(
        "The file is damaged: decoding it gave %(errors)s errors."
        " Play it from beginning to end, export it again and upload that."
    ),
    "frames": gettext_noop(
        "The file says that it has %(expected)s pictures, but it has %(frames)s."
        " Export it again without keeping parts of another file."
    ),
    "duration": gettext_noop(
        "It lasts %(length_ms)s; %(shortest_ms)s to %(longest_ms)s are expected."
        " Check that it is the whole episode and nothing else."
    ),
    "aspect": gettext_noop("The picture is shown as %(shown)s, which is not 9:16. Export it upright, as 1080x1920."),
    "size": gettext_noop(
        "The picture is %(size)s; at least %(least)s is expected."
        " Export it from the original project, without enlarging it."
    ),
    "letterbox": gettext_noop("Black bars cover %(bars)s. Export the picture so that it fills the frame."),
    "frame_rate_varies": gettext_noop(
        "The frame rate varies: %(average)s pictures per second on average, up to %(nominal)s."
        " Export it with a constant frame rate."
    ),
    "frame_rate": gettext_noop("It has %(rate)s pictures per second. Export it with one of %(usual)s."),
    "interlaced": gettext_noop("The picture is interlaced, which shows as combs on phones. Export it progressive."),
    "hdr": gettext_noop("The picture is HDR, which phones without HDR show pale. Export it in SDR (BT.709)."),
    "deep_color": gettext_noop("The picture has %(bits)s bits per color; it is encoded with 8, as phones show it."),
    "rotation": gettext_noop(
        "The picture is stored turned by %(degrees)s degrees; it is set upright when it is encoded."
    ),
    "no_sound": gettext_noop("The file has no sound. Export the episode with its sound track."),
    "too_quiet": gettext_noop(
        "The sound is too quiet: %(lufs)s LUFS; %(quietest)s to %(loudest)s are expected."
        " Check the mix and export it again."
    ),
    "too_loud": gettext_noop(
        "The sound is too loud: %(lufs)s LUFS; %(quietest)s to %(loudest)s are expected."
        " Check the mix and export it again."
    ),
    "true_peak": gettext_noop("The sound peaks at %(peak)s dBTP and may be distorted. Listen to its loudest part."),
    "black_edge": gettext_noop("The picture is black from %(places)s; at most %(most_ms)s is expected. Trim it."),
    "black_inside": gettext_noop(
        "The picture is black from %(places)s; at most %(most_ms)s is expected. Check that no shot is missing."
    ),
    "still": gettext_noop(
        "The picture stands still from %(places)s; at most %(most_ms)s is expected. Check that the export did not hang."
    ),
    "silence": gettext_noop(
        "The sound is silent from %(places)s; at most %(most_ms)s is expected. Check that no track is muted."
    ),
    # Sounds that are uploaded by themselves
    "not_sound": gettext_noop("This is no sound file that is taken here. Export it as WAV, FLAC or M4A."),
    "sound_damaged": gettext_noop("The sound file is damaged and cannot be decoded. Export it again."),
    "sound_missing": gettext_noop("There is no sound in the file. Export the mix as WAV, FLAC or M4A."),
    "part_damaged": gettext_noop("%(part)s is damaged: decoding it gave %(errors)s errors. Export it again."),
    "part_silent": gettext_noop("%(part)s is silent from beginning to end. Check that nothing is muted."),
    "part_longer": gettext_noop("%(part)s is %(off_ms)s longer than the picture. Check that it was mixed to this cut."),
    "part_shorter": gettext_noop(
        "%(part)s is %(off_ms)s shorter than the picture. Check that it was mixed to this cut."
    ),
    "part_peaks": gettext_noop("%(part)s peaks at %(peak)s dBTP and may be distorted. Listen to its loudest moment."),
    "part_mono": gettext_noop("%(part)s is mono; it is played on both sides."),
    "part_surround": gettext_noop("%(part)s has %(channels)s channels; they are mixed down to stereo."),
    # Among the masters of a studio
    "same_file": gettext_noop(
        "It is the same file as master %(number)s of %(episode)s of %(series)s. Check which episode it belongs to."
    ),
    "same_picture": gettext_noop(
        "It shows the same picture as master %(number)s of %(episode)s of %(series)s."
        " Check which episode it belongs to."
    ),
    "as_told": "%(sentence)s",
}
"""By code. A code is finer than a rule: it says which way a limit was missed."""

_KINDS = {
    kind: kind
    for kind in (
        gettext_noop("an HLS playlist"),
        gettext_noop("a list of other files"),
        gettext_noop("a DASH manifest"),
        gettext_noop("a description of a session (SDP)"),
        gettext_noop("a drawing (SVG)"),
        gettext_noop("a web page"),
        gettext_noop("an XML document"),
        gettext_noop("a subtitle file"),
        gettext_noop("a picture (JPEG)"),
        gettext_noop("a picture (PNG)"),
        gettext_noop("a picture (GIF)"),
        gettext_noop("a picture (HEIF or AVIF)"),
        gettext_noop("a PDF document"),
        gettext_noop("a ZIP archive"),
        gettext_noop("a RAR archive"),
        gettext_noop("a 7-Zip archive"),
        gettext_noop("a sound file (MP3)"),
        gettext_noop("a sound file (FLAC)"),
        gettext_noop("an Ogg file"),
        gettext_noop("an AVI or WAV file"),
        gettext_noop("a Flash video"),
        gettext_noop("an MPEG program stream"),
        gettext_noop("an MPEG transport stream"),
        gettext_noop("an MXF file"),
        gettext_noop("a text file"),
        gettext_noop("a file of another kind"),
    )
}
"""What a file may be instead of a film."""

_BARS = {
    "left": gettext_noop("%(share)s at the left"),
    "right": gettext_noop("%(share)s at the right"),
    "top": gettext_noop("%(share)s at the top"),
    "bottom": gettext_noop("%(share)s at the bottom"),
}
_EPISODES = {
    "episode": gettext_noop("episode %(number)s"),
    "trailer": gettext_noop("the trailer"),
    "teaser": gettext_noop("the teaser"),
    "recap": gettext_noop("the recap"),
    "clip": gettext_noop("the clip"),
}
_PARTS = {
    "whole": gettext_noop("The sound"),
    "dialogue": gettext_noop("The dialogue stem"),
    "music and effects": gettext_noop("The music and effects stem"),
}
_SECONDS = gettext_noop("%(seconds)s s")
_AND = gettext_noop("%(some)s and %(last)s")
_SPAN = gettext_noop("%(start)s to %(end)s")
_MORE_SPANS = gettext_noop("%(spans)s and %(count)s times more")
_SPANS_NAMED = 3


class Told(Exception):
    """A refusal that is told by its ``code`` and ``values``; as a text it is the English sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return sentence(self.code, self.values)


def sentence(code: str, values: Mapping[str, Any], translate: Translate = gettext_noop) -> str:
    """Write what ``code`` stands for, with ``values`` in it.

    A value is written as its name asks: lengths by ``_ms``, and places, bars, kinds and episodes as words.

    >>> sentence("duration", {"length_ms": 2000, "shortest_ms": 60_000, "longest_ms": 120_000})
    'It lasts 2.0 s; 60.0 s to 120.0 s are expected. Check that it is the whole episode and nothing else.'
    """
    written = {name: _written(name, value, translate) for name, value in values.items()}
    return translate(SENTENCES[code]) % written


def clock(moment_ms: int) -> str:
    """Write a time code to tenths of a second.

    >>> clock(61_050)
    '1:01.1'
    """
    tenths = (moment_ms + 50) // 100
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def _written(name: str, value: Any, translate: Translate) -> str:
    if name.endswith("_ms"):
        return translate(_SECONDS) % {"seconds": f"{value / 1000:.1f}"}
    if name in _IN_WORDS:
        return _IN_WORDS[name](value, translate)
    if isinstance(value, list):
        return ", ".join(f"{part:g}" for part in value)
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _kind(value: str, translate: Translate) -> str:
    return translate(_KINDS.get(value, value))


def _places(spans: Sequence[Sequence[int]], translate: Translate) -> str:
    named = ", ".join(
        translate(_SPAN) % {"start": clock(start_ms), "end": clock(end_ms)} for start_ms, end_ms in spans[:_SPANS_NAMED]
    )
    unnamed = len(spans) - _SPANS_NAMED
    return translate(_MORE_SPANS) % {"spans": named, "count": unnamed} if unnamed > 0 else named


def _bars(bars: Sequence[tuple[str, float]], translate: Translate) -> str:
    *some, last = (translate(_BARS[side]) % {"share": f"{share:.0%}"} for side, share in bars)
    for each in reversed(some):
        last = translate(_AND) % {"some": each, "last": last}
    return last


def _part(value: str, translate: Translate) -> str:
    return translate(_PARTS[value])


def _episode(value: Sequence[Any], translate: Translate) -> str:
    kind, number = value
    return translate(_EPISODES[kind]) % {"number": number}


_IN_WORDS: dict[str, Callable[[Any, Translate], str]] = {
    "kind": _kind,
    "places": _places,
    "bars": _bars,
    "episode": _episode,
    "part": _part,
}
