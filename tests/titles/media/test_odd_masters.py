"""Every odd master gets exactly its verdict: the table that the checks are held against, on each supported ffmpeg."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.titles.media import footage
from tests.titles.media.tools import every_one
from titles.media.checking import check
from titles.media.limits import MediaLimits

pytestmark = pytest.mark.media

LIMITS = MediaLimits(
    shortest_ms=1_500,
    least_width_px=216,
    least_height_px=384,
    still_ms=700,
    silence_ms=700,
    black_edge_ms=300,
    black_inside_ms=300,
)
HDR = "color_primaries=bt2020:colorspace=bt2020nc"


@pytest.fixture(scope="session")
def good(tmp_path_factory) -> Path:
    return footage.film(tmp_path_factory.mktemp("good") / "film.mp4")


def shot(**options) -> Callable[[Path, Path], Path]:
    return lambda path, _good: footage.film(path, **options)


def text(content: str) -> Callable[[Path, Path], Path]:
    def write(path: Path, _good: Path) -> Path:
        path.write_text(content)
        return path

    return write


def torn_matroska(path: Path, _good: Path) -> Path:
    return footage.cut_off(path, footage.film(path.with_suffix(".whole.mkv")))


def turned_by_a_phone(path: Path, _good: Path) -> Path:
    wide = footage.film(path.with_suffix(".wide.mp4"), width_px=384, height_px=216)
    return footage.turned(path, wide)


ACCEPTED, WAIVER, REJECTED = "accepted", "needs waiver", "rejected"

#: Name of the file, how it is made, verdict, rules.
MASTERS = {
    "good": ("film.mp4", shot(), ACCEPTED, []),
    "good, as MOV at 29.97": ("film.mov", shot(rate="30000/1001"), ACCEPTED, []),
    "good, as Matroska": ("film.mkv", shot(), ACCEPTED, []),
    "an empty file": ("film.mp4", text(""), REJECTED, ["readable"]),
    "a text": ("film.mp4", text("Dear Lantern, the film is in the other mail.\n"), REJECTED, ["readable"]),
    "a playlist": ("film.mp4", footage.playlist, REJECTED, ["readable"]),
    "a script": ("film.mp4", footage.script, REJECTED, ["readable"]),
    "a drawing": ("film.mp4", footage.drawing_of, REJECTED, ["readable"]),
    "without its index": ("film.mp4", footage.without_index, REJECTED, ["readable"]),
    "a bomb of pixels": (
        "film.mp4",
        shot(seconds=0.04, picture="color", width_px=4096, height_px=4096),
        REJECTED,
        ["readable"],
    ),
    "ten hours by its header": (
        "film.mkv",
        shot(
            seconds=36_001,
            picture_filters="trim=end_frame=2,setpts=N*36000/TB",
            sound=None,
            options=["-fps_mode", "vfr"],
        ),
        REJECTED,
        ["readable"],
    ),
    "sixty tracks": (
        "film.mp4",
        shot(seconds=0.2, options=["-map", "0", *["-map", "1"] * 60]),
        REJECTED,
        ["readable"],
    ),
    "cut off at 60 %": ("film.mp4", footage.cut_off, REJECTED, ["complete"]),
    "cut off at the last bytes": (
        "film.mp4",
        lambda path, good: footage.cut_off(path, good, share=0.995),
        REJECTED,
        ["complete"],
    ),
    "cut off, as Matroska": ("film.mkv", torn_matroska, REJECTED, ["complete"]),
    "with flipped bytes": ("film.mp4", footage.damaged, REJECTED, ["decoding"]),
    "black throughout": ("film.mp4", shot(picture="color=black"), REJECTED, ["picture"]),
    "sound without a picture": ("film.mp4", lambda path, _good: footage.song(path), REJECTED, ["picture"]),
    "turned by a phone": ("film.mp4", turned_by_a_phone, ACCEPTED, ["rotation"]),
    "in ten bits": ("film.mp4", lambda path, _good: footage.deep(path), ACCEPTED, ["bit_depth"]),
    "landscape": ("film.mp4", shot(width_px=384, height_px=216), WAIVER, ["aspect", "size"]),
    "letterboxed": ("film.mp4", shot(picture_filters="crop=216:122,pad=216:384:0:131"), WAIVER, ["letterbox"]),
    "pillarboxed": ("film.mp4", shot(picture_filters="crop=160:384,pad=216:384:28:0"), WAIVER, ["letterbox"]),
    "of an uneven rate": (
        "film.mp4",
        shot(picture_filters=footage.UNEVEN, options=["-fps_mode", "vfr"]),
        WAIVER,
        ["constant_frame_rate"],
    ),
    "of an unusual rate": ("film.mp4", shot(rate="20"), WAIVER, ["frame_rate"]),
    "interlaced": (
        "film.mp4",
        shot(rate="50", picture_filters="tinterlace=interleave_top", options=["-flags", "+ilme+ildct"]),
        WAIVER,
        ["interlaced"],
    ),
    "in HDR10": ("film.mp4", lambda path, _good: footage.deep(path, transfer="smpte2084"), WAIVER, ["hdr"]),
    "in HLG": ("film.mp4", lambda path, _good: footage.deep(path, transfer="arib-std-b67"), WAIVER, ["hdr"]),
    "without sound": ("film.mp4", shot(sound=None), WAIVER, ["sound"]),
    "silent": ("film.mp4", shot(sound="anullsrc=sample_rate=48000"), WAIVER, ["silence"]),
    "quiet": ("film.mp4", shot(sound_filters="volume=-12dB"), WAIVER, ["loudness"]),
    "loud": ("film.mp4", shot(sound_filters="volume=17dB"), WAIVER, ["loudness"]),
    "loud and clipped": ("film.mp4", shot(sound_filters="volume=35dB"), WAIVER, ["loudness", "true_peak"]),
    "too short": ("film.mp4", shot(seconds=0.4), WAIVER, ["duration"]),
    "standing still": (
        "film.mp4",
        shot(seconds=3, picture_filters="trim=end=2,tpad=stop=25:stop_mode=clone"),
        WAIVER,
        ["still"],
    ),
    "black at the beginning": (
        "film.mp4",
        shot(picture_filters="drawbox=t=fill:c=black:enable='lt(t,0.5)'"),
        WAIVER,
        ["black_start"],
    ),
    "black at the end": (
        "film.mp4",
        shot(picture_filters="drawbox=t=fill:c=black:enable='gt(t,1.5)'"),
        WAIVER,
        ["black_end"],
    ),
    "black in between": (
        "film.mp4",
        shot(picture_filters="drawbox=t=fill:c=black:enable='between(t,0.7,1.2)'"),
        WAIVER,
        ["black_inside"],
    ),
}


@pytest.mark.parametrize("which", MASTERS)
def test_an_odd_master_gets_its_verdict_and_no_other_on_every_ffmpeg(which, good, tmp_path):
    name, make, verdict, rules = MASTERS[which]
    upload = make(tmp_path / name, good)
    expected = [(tools.ffmpeg, verdict, rules) for tools in every_one()]
    told = []
    for tools in every_one():
        inspection = check(upload, LIMITS, ffmpeg=tools.ffmpeg, ffprobe=tools.ffprobe)
        told.append((tools.ffmpeg, str(inspection.verdict), [finding.rule for finding in inspection.findings]))

    assert told == expected
