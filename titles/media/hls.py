"""Writes the playlists of an Edition for HTTP Live Streaming (RFC 8216, version 6), from measured facts."""

from collections.abc import Sequence
from math import ceil

from titles.media.parts import Sound, SoundRole, SubtitleFile, SubtitleKind, original_first
from titles.media.streams import IFRAMES, PLAYLIST, PictureFacts

_HEAD = ("#EXTM3U", "#EXT-X-VERSION:6")
_SOUNDS = "sound"
_SUBTITLES = "subtitles"
_START_BPS = 3_000_000
"""What nearly every connection carries: above the peak of the 720x1280 rung, below that of 1080x1920."""

_SOUND_CHARACTERISTICS = {SoundRole.DESCRIPTION: "public.accessibility.describes-video"}
_SUBTITLE_CHARACTERISTICS = {
    SubtitleKind.SDH: "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
}


def master_playlist(
    pictures: Sequence[PictureFacts], sounds: Sequence[Sound] = (), subtitles: Sequence[SubtitleFile] = ()
) -> str:
    """Return the playlist that lists every rung, sound and subtitle file of an Edition."""
    lines = [
        *_HEAD,
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *_sound_group(sounds),
        *_subtitle_group(subtitles),
        *(line for picture in _in_starting_order(pictures) for line in _variant(picture, sounds, subtitles)),
        *(_iframes(picture) for picture in pictures),
    ]
    return _text(lines)


def without_subtitles(playlist: str) -> str:
    r"""Return a master playlist that names no subtitle file.

    >>> without_subtitles('#EXT-X-MEDIA:TYPE=SUBTITLES,URI="es.m3u8"\n#EXT-X-STREAM-INF:A=1,SUBTITLES="subtitles"\n')
    '#EXT-X-STREAM-INF:A=1\n'
    """
    lines = [line for line in playlist.splitlines() if not line.startswith("#EXT-X-MEDIA:TYPE=SUBTITLES")]
    return _text([line.replace(f",SUBTITLES={_quoted(_SUBTITLES)}", "") for line in lines])


def subtitle_playlist(file_name: str, *, duration_ms: int) -> str:
    """Return a playlist with the WebVTT file as its only segment, as long as the picture (not the last cue).

    >>> print(subtitle_playlist("es.vtt", duration_ms=29_960))
    #EXTM3U
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:30
    #EXT-X-PLAYLIST-TYPE:VOD
    #EXTINF:29.960,
    es.vtt
    #EXT-X-ENDLIST
    """
    lines = [
        *_HEAD,
        f"#EXT-X-TARGETDURATION:{ceil(duration_ms / 1000)}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f"#EXTINF:{duration_ms / 1000:.3f},",
        file_name,
        "#EXT-X-ENDLIST",
    ]
    return _text(lines)


def _in_starting_order(pictures: Sequence[PictureFacts]) -> list[PictureFacts]:
    """Put first the best picture below 3 Mbit/s: Apple's players start with the first one that is listed."""
    affordable = [picture for picture in pictures if picture.peak_bps <= _START_BPS]
    start = max(affordable, key=_peak) if affordable else min(pictures, key=_peak)
    return [start, *(picture for picture in pictures if picture is not start)]


def _peak(picture: PictureFacts) -> int:
    return picture.peak_bps


def _variant(picture: PictureFacts, sounds: Sequence[Sound], subtitles: Sequence[SubtitleFile]) -> tuple[str, str]:
    """Any sound of the group may play with the picture, so that the dearest one is counted in."""
    dearest = max((sound.facts.peak_bps for sound in sounds), default=0)
    usual = max((sound.facts.average_bps for sound in sounds), default=0)
    codecs = [picture.codec, *sorted({sound.facts.codec for sound in sounds})]
    tag = _tag(
        "#EXT-X-STREAM-INF",
        ("BANDWIDTH", picture.peak_bps + dearest),
        ("AVERAGE-BANDWIDTH", picture.average_bps + usual),
        ("CODECS", _quoted(",".join(codecs))),
        ("RESOLUTION", f"{picture.width_px}x{picture.height_px}"),
        ("FRAME-RATE", f"{float(picture.frame_rate):.3f}"),
        ("VIDEO-RANGE", "SDR"),
        ("CLOSED-CAPTIONS", "NONE"),
        ("AUDIO", _quoted(_SOUNDS) if sounds else None),
        ("SUBTITLES", _quoted(_SUBTITLES) if subtitles else None),
    )
    return tag, picture.address(PLAYLIST)


def _iframes(picture: PictureFacts) -> str:
    return _tag(
        "#EXT-X-I-FRAME-STREAM-INF",
        ("BANDWIDTH", picture.iframe_peak_bps),
        ("AVERAGE-BANDWIDTH", picture.iframe_average_bps),
        ("CODECS", _quoted(picture.codec)),
        ("RESOLUTION", f"{picture.width_px}x{picture.height_px}"),
        ("VIDEO-RANGE", "SDR"),
        ("URI", _quoted(picture.address(IFRAMES))),
    )


def _sound_group(sounds: Sequence[Sound]) -> list[str]:
    listed = original_first(sounds)
    marks = [(sound.language, _SOUND_CHARACTERISTICS.get(sound.role)) for sound in listed]
    return [
        _tag(
            "#EXT-X-MEDIA",
            ("TYPE", "AUDIO"),
            ("GROUP-ID", _quoted(_SOUNDS)),
            ("NAME", _quoted(sound.name)),
            ("LANGUAGE", _quoted(sound.language)),
            ("DEFAULT", _yes(sound is listed[0])),
            ("AUTOSELECT", _yes(is_first)),
            ("CHARACTERISTICS", characteristics and _quoted(characteristics)),
            ("CHANNELS", _quoted(str(sound.facts.channels))),
            ("URI", _quoted(sound.facts.address(PLAYLIST))),
        )
        for sound, (_, characteristics), is_first in zip(listed, marks, _first_of_kind(marks), strict=True)
    ]


def _subtitle_group(subtitles: Sequence[SubtitleFile]) -> list[str]:
    marks = [
        (file.language, file.kind == SubtitleKind.FORCED, _SUBTITLE_CHARACTERISTICS.get(file.kind))
        for file in subtitles
    ]
    return [
        _tag(
            "#EXT-X-MEDIA",
            ("TYPE", "SUBTITLES"),
            ("GROUP-ID", _quoted(_SUBTITLES)),
            ("NAME", _quoted(file.name)),
            ("LANGUAGE", _quoted(file.language)),
            ("DEFAULT", "NO"),
            ("AUTOSELECT", _yes(is_first)),
            ("FORCED", _yes(is_forced)),
            ("CHARACTERISTICS", characteristics and _quoted(characteristics)),
            ("URI", _quoted(f"{file.stem}.m3u8")),
        )
        for file, (_, is_forced, characteristics), is_first in zip(subtitles, marks, _first_of_kind(marks), strict=True)
    ]


def _first_of_kind(marks: Sequence[tuple[object, ...]]) -> list[bool]:
    """Those that a player may choose by itself must differ in more than their names (RFC 8216, 4.3.4.1.1).

    >>> _first_of_kind([("en",), ("es",), ("en",)])
    [True, True, False]
    """
    return [marks.index(mark) == place for place, mark in enumerate(marks)]


def _tag(name: str, *attributes: tuple[str, object]) -> str:
    """Write a tag; an attribute without a value is left out."""
    return f"{name}:" + ",".join(f"{key}={value}" for key, value in attributes if value is not None)


def _quoted(value: str) -> str:
    return f'"{value}"'


def _yes(answer: bool) -> str:
    return "YES" if answer else "NO"


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
