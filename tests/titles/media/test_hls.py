from fractions import Fraction

import m3u8
import pytest

from tests.titles.media.lineup import every_kind, ladder, picture, sound, subtitles
from titles.media import hls
from titles.media.parts import SoundRole, SubtitleKind


def read(text: str) -> m3u8.M3U8:
    return m3u8.M3U8(text, strict=True)


def attributes(tags, **wanted):
    """The one EXT-X-MEDIA whose attributes are ``wanted``."""
    (tag,) = [tag for tag in tags if all(getattr(tag, name) == value for name, value in wanted.items())]
    return tag


@pytest.fixture
def whole():
    sounds = [sound("en", SoundRole.DUB, "English"), sound()]
    return read(hls.master_playlist(ladder(), sounds, every_kind()))


def test_the_master_playlist_of_a_plain_episode():
    rung = picture(digest="p1", frame_rate=Fraction(30000, 1001))

    text = hls.master_playlist([rung], [sound(digest="s1")], [subtitles()])

    assert text.splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="中文",LANGUAGE="zh-Hans",DEFAULT=YES,AUTOSELECT=YES,'
        'CHANNELS="2",URI="../../packages/s1/stream.m3u8"',
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Español",LANGUAGE="es",DEFAULT=NO,'
        'AUTOSELECT=YES,FORCED=NO,URI="es.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=2230000,AVERAGE-BANDWIDTH=2128000,CODECS="avc1.64001f,mp4a.40.2",'
        "RESOLUTION=720x1280,FRAME-RATE=29.970,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,"
        'AUDIO="sound",SUBTITLES="subtitles"',
        "../../packages/p1/stream.m3u8",
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=500000,AVERAGE-BANDWIDTH=400000,CODECS="avc1.64001f",'
        'RESOLUTION=720x1280,VIDEO-RANGE=SDR,URI="../../packages/p1/iframes.m3u8"',
    ]


def test_a_picture_without_sound_and_subtitles_names_no_groups():
    (variant,) = read(hls.master_playlist([picture()])).playlists

    assert variant.stream_info.audio is None
    assert variant.stream_info.subtitles is None
    assert variant.stream_info.codecs == "avc1.64001f"


def test_a_strict_parser_finds_every_rung_sound_and_subtitle_file(whole):
    kinds = [medium.type for medium in whole.media]

    assert whole.version == 6
    assert whole.is_independent_segments
    assert [variant.stream_info.resolution for variant in whole.playlists] == [
        (720, 1280),
        (1080, 1920),
        (360, 640),
    ]
    assert [kinds.count("AUDIO"), kinds.count("SUBTITLES")] == [2, 6]
    assert len(whole.iframe_playlists) == 3


def test_players_that_start_with_the_first_variant_start_below_3_megabits(whole):
    assert whole.playlists[0].stream_info.resolution == (720, 1280)


def test_a_ladder_of_dear_rungs_starts_with_the_cheapest():
    dear = [picture(1080, 1920, peak_bps=9_000_000), picture(720, 1280, peak_bps=4_000_000)]

    text = read(hls.master_playlist(dear))

    assert [variant.stream_info.resolution for variant in text.playlists] == [(720, 1280), (1080, 1920)]


def test_the_bandwidth_counts_the_dearest_sound_in():
    sounds = [sound(), sound("en", SoundRole.DUB, "English", peak_bps=200_000, average_bps=190_000)]

    (variant,) = read(hls.master_playlist([picture()], sounds)).playlists

    assert (variant.stream_info.bandwidth, variant.stream_info.average_bandwidth) == (2_300_000, 2_190_000)


def test_exactly_one_sound_is_the_default_and_it_is_the_original(whole):
    defaults = [medium.name for medium in whole.media if medium.default == "YES"]

    assert defaults == ["中文"]


def test_sdh_subtitles_say_what_they_transcribe(whole):
    sdh = attributes(whole.media, name="English (SDH)")

    assert sdh.characteristics == (
        "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
    )
    assert sdh.uri == "en-sdh.m3u8"


def test_forced_subtitles_are_forced_and_chosen_by_the_player(whole):
    forced = attributes(whole.media, name="English (forced)")

    assert (forced.forced, forced.autoselect, forced.default) == ("YES", "YES", "NO")


def test_of_two_that_differ_in_their_names_only_the_player_may_choose_the_first(whole):
    spanish = {medium.name: medium.autoselect for medium in whole.media if medium.language == "es"}

    assert spanish == {"Español": "YES", "Español (doblaje)": "NO"}


def test_a_described_sound_says_so():
    described = sound("en", SoundRole.DESCRIPTION, "English (described)")

    (medium,) = read(hls.master_playlist([picture()], [described])).media

    assert medium.characteristics == "public.accessibility.describes-video"


def test_a_subtitle_playlist_is_one_segment_as_long_as_the_picture():
    text = read(hls.subtitle_playlist("es-sdh.vtt", duration_ms=61_040))

    assert [(segment.uri, segment.duration) for segment in text.segments] == [("es-sdh.vtt", 61.04)]
    assert (text.target_duration, text.playlist_type, text.is_endlist) == (62, "vod", True)


@pytest.mark.parametrize("kind", SubtitleKind)
def test_every_kind_of_subtitles_has_its_playlist_named(kind):
    (medium,) = read(hls.master_playlist([picture()], [], [subtitles("ja", kind, "日本語")])).media

    assert medium.uri == ("ja.m3u8" if kind == SubtitleKind.FULL else f"ja-{kind}.m3u8")
