"""Writes the manifest of an Edition for MPEG-DASH: a static on-demand MPD, from measured facts.

The schema wants the children of an AdaptationSet in this order: AudioChannelConfiguration, Label,
Accessibility, Role, Representation. Players are lenient, validators are not.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from xml.etree import ElementTree as xml

from titles.media.parts import Sound, SoundRole, SubtitleFile, SubtitleKind, original_first
from titles.media.streams import STREAM, PictureFacts, StreamFacts

_ROLE = "urn:mpeg:dash:role:2011"
_PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007"
_CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"
_FOR_POOR_SIGHT = "1"
_FOR_POOR_HEARING = "2"

_SEEKABLE = {
    "segmentAlignment": "true",
    "startWithSAP": "1",
    "subsegmentAlignment": "true",
    "subsegmentStartsWithSAP": "1",
}
"""Every segment starts with a frame that needs no other, at the same time in all rungs."""

_SOUND_ROLES = {
    SoundRole.ORIGINAL: "main",
    SoundRole.DUB: "dub",
    SoundRole.MUSIC_AND_EFFECTS: "alternate",
    SoundRole.DESCRIPTION: "description",
}
_SUBTITLE_ROLES = {
    SubtitleKind.FULL: "subtitle",
    SubtitleKind.SDH: "caption",
    SubtitleKind.FORCED: "forced-subtitle",
    SubtitleKind.DUB: "subtitle",
}


def manifest(
    pictures: Sequence[PictureFacts], sounds: Sequence[Sound] = (), subtitles: Sequence[SubtitleFile] = ()
) -> bytes:
    """Return the MPD of an Edition, UTF-8."""
    longest_ms = max(picture.duration_ms for picture in pictures)
    mpd = xml.Element(
        "MPD",
        xmlns="urn:mpeg:dash:schema:mpd:2011",
        profiles="urn:mpeg:dash:profile:isoff-on-demand:2011",
        type="static",
        mediaPresentationDuration=_duration(longest_ms),
        minBufferTime="PT4S",
    )
    period = xml.SubElement(mpd, "Period", id="0")
    _add_pictures(period, pictures)
    for sound in original_first(sounds):
        _add_sound(period, sound)
    for file in subtitles:
        _add_subtitles(period, file, longest_ms)
    for number, choice in enumerate(period, start=1):
        choice.set("id", str(number))
    xml.indent(mpd)
    return xml.tostring(mpd, encoding="UTF-8", xml_declaration=True) + b"\n"


def _add_pictures(period: xml.Element, pictures: Sequence[PictureFacts]) -> None:
    """All rungs are one choice: a player moves between them at any key frame."""
    top = pictures[0]
    choice = xml.SubElement(
        period,
        "AdaptationSet",
        {**_SEEKABLE, "contentType": "video", "mimeType": "video/mp4", "par": _ratio(top)},
    )
    _add(choice, "Role", _ROLE, "main")
    for picture in pictures:
        _add_stream(
            choice,
            picture,
            width=str(picture.width_px),
            height=str(picture.height_px),
            frameRate=str(picture.frame_rate),
            sar="1:1",
        )


def _add_sound(period: xml.Element, sound: Sound) -> None:
    choice = xml.SubElement(
        period,
        "AdaptationSet",
        {**_SEEKABLE, "contentType": "audio", "mimeType": "audio/mp4", "lang": sound.language},
    )
    _add(choice, "AudioChannelConfiguration", _CHANNELS, str(sound.facts.channels))
    xml.SubElement(choice, "Label").text = sound.name
    if sound.role == SoundRole.DESCRIPTION:
        _add(choice, "Accessibility", _PURPOSE, _FOR_POOR_SIGHT)
    _add(choice, "Role", _ROLE, _SOUND_ROLES[sound.role])
    _add_stream(choice, sound.facts, audioSamplingRate=str(sound.facts.sample_rate_hz))


def _add_subtitles(period: xml.Element, file: SubtitleFile, duration_ms: int) -> None:
    choice = xml.SubElement(period, "AdaptationSet", contentType="text", mimeType="text/vtt", lang=file.language)
    xml.SubElement(choice, "Label").text = file.name
    if file.kind == SubtitleKind.SDH:
        _add(choice, "Accessibility", _PURPOSE, _FOR_POOR_HEARING)
    _add(choice, "Role", _ROLE, _SUBTITLE_ROLES[file.kind])
    rate_bps = ceil(8_000 * len(file.webvtt) / duration_ms)
    whole = xml.SubElement(choice, "Representation", id=file.stem, bandwidth=str(rate_bps))
    xml.SubElement(whole, "BaseURL").text = f"{file.stem}.vtt"


def _add_stream(choice: xml.Element, facts: StreamFacts, **traits: str) -> None:
    """Add a file that players read by byte ranges, found through its index."""
    stream = xml.SubElement(
        choice,
        "Representation",
        {"id": facts.digest, "bandwidth": str(facts.peak_bps), "codecs": facts.codec, **traits},
    )
    xml.SubElement(stream, "BaseURL").text = facts.address(STREAM)
    ranges = xml.SubElement(stream, "SegmentBase", indexRange=str(facts.index_range))
    xml.SubElement(ranges, "Initialization", range=str(facts.init_range))


def _add(parent: xml.Element, name: str, scheme: str, value: str) -> None:
    xml.SubElement(parent, name, schemeIdUri=scheme, value=value)


def _duration(lasting_ms: int) -> str:
    """Write a length of time as XML does.

    >>> _duration(95_040)
    'PT95.040S'
    """
    return f"PT{lasting_ms / 1000:.3f}S"


def _ratio(picture: PictureFacts) -> str:
    shape = Fraction(picture.width_px, picture.height_px)
    return f"{shape.numerator}:{shape.denominator}"
