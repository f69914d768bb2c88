import json
import subprocess
from dataclasses import replace
from fractions import Fraction

import psutil
import pytest

from tests.titles.media.footage import UNEVEN, cut_off, film, made, turned
from titles.media.binaries import capabilities, every_ffmpeg, locate
from titles.media.encoding import FrameCountDiffers, chunk_command, encode_chunk, encode_sound
from titles.media.joining import Encoded, join
from titles.media.ladder import Quality
from titles.media.measuring import measure
from titles.media.planning import Plan, plan_for
from titles.media.probing import probe
from titles.media.sandbox import Cancelled
from titles.media.workshop import Programs, Workshop

pytestmark = pytest.mark.media

FFMPEG, FFPROBE = locate("ffmpeg"), locate("ffprobe")


def look_into(path):
    return probe(path, ffprobe=FFPROBE)


def made_of(source, folder, **wishes):
    """Encode ``source`` at the quickest quality into ``folder``."""
    folder.mkdir(exist_ok=True)
    plan = Plan.of(look_into(source), quality=Quality.PREVIEW, **wishes)
    return encoded(Workshop(folder, Programs.found()), source, plan)


def encoded(workshop, source, plan):
    pieces = [encode_chunk(workshop, source, plan, chunk) for chunk in plan.chunks]
    rungs = join(workshop, plan, pieces)
    return Encoded(rungs, encode_sound(workshop, source, plan), sum(piece.frame_count for piece in pieces))


def ask(file, entries, *options):
    told = subprocess.run(
        [FFPROBE, "-v", "error", "-of", "json", *options, "-show_entries", entries, file],
        capture_output=True,
        check=True,
    )
    return json.loads(told.stdout)


def stream(file, *entries):
    return ask(file, f"stream={','.join(entries)}")["streams"][0]


def key_frame_times(file):
    frames = ask(file, "frame=pts_time", "-skip_frame", "nokey", "-select_streams", "v")["frames"]
    return [frame["pts_time"] for frame in frames]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("encoding")


@pytest.fixture(scope="module")
def episode(folder):
    """Three seconds, small, with sound."""
    return film(folder / "episode.mp4", seconds=3)


@pytest.fixture(scope="module")
def headers(episode):
    return look_into(episode)


@pytest.fixture(scope="module")
def full_size(folder):
    """Two and a half seconds of 1080x1920, encoded to all four rungs."""
    return made_of(film(folder / "full.mp4", seconds=2.5, width_px=1080, height_px=1920), folder / "full")


def test_all_rungs_are_made_of_one_input_decoded_once(headers):
    plan = Plan.of(replace(headers, video=replace(headers.video, width_px=1080, height_px=1920)))
    arguments = chunk_command(plan, plan.chunks[0], FFMPEG)
    graph = arguments[arguments.index("-filter_complex") + 1]

    assert arguments.count("-i") == 1
    assert [arguments[at + 1] for at, each in enumerate(arguments) if each == "-map"] == [
        "[rung0]",
        "[rung1]",
        "[rung2]",
        "[rung3]",
    ]
    assert graph.count("[0:") == 1


def test_a_full_size_master_becomes_four_rungs(full_size):
    sizes = [stream(rung, "width", "height") for rung in full_size.rungs]

    assert [(size["width"], size["height"]) for size in sizes] == [(1080, 1920), (720, 1280), (540, 960), (360, 640)]


def test_key_frames_come_at_the_same_times_in_all_rungs(full_size):
    assert [key_frame_times(rung) for rung in full_size.rungs] == [["0.000000", "2.000000"]] * 4


def test_every_rung_is_tagged_as_bt_709_in_square_pixels(full_size):
    entries = ("profile", "pix_fmt", "sample_aspect_ratio", "color_range", "color_space", "color_transfer")

    assert [stream(rung, *entries, "color_primaries") for rung in full_size.rungs] == [
        {
            "profile": "High",
            "pix_fmt": "yuv420p",
            "sample_aspect_ratio": "1:1",
            "color_range": "tv",
            "color_space": "bt709",
            "color_transfer": "bt709",
            "color_primaries": "bt709",
        }
    ] * 4


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "60"])
def test_every_frame_is_kept_at_its_own_rate(rate, folder):
    source = film(folder / "rate.mp4", seconds=2, rate=rate)

    (rung,) = made_of(source, folder / "rate").rungs

    assert stream(rung, "nb_frames", "r_frame_rate") == {
        "nb_frames": str(look_into(source).video.frames),
        "r_frame_rate": str(Fraction(rate)) if "/" in rate else f"{rate}/1",
    }


def test_the_sound_is_stereo_aac_and_ends_with_the_picture(folder):
    source = film(folder / "short-sound.mp4", sound_filters="atrim=end=1.2,aresample=44100")

    result = made_of(source, folder / "short-sound")

    assert stream(result.sound.file, "codec_name", "profile", "channels", "sample_rate", "duration") == {
        "codec_name": "aac",
        "profile": "LC",
        "channels": 2,
        "sample_rate": "48000",
        "duration": "2.000000",
    }


WAVERING = "volume='0.6+0.4*sin(3*t)':eval=frame"
SURROUND = "aevalsrc=0.1*sin(2000*t)|0.1*sin(3000*t)|0.4*sin(4000*t)|0|0.3*sin(2500*t)|0.3*sin(3500*t):c=5.1:s=48000"
CLAPS = "aevalsrc='0.04*sin(2000*t)*(1.2+sin(t))+0.5*sin(3000*t)*lt(mod(t,1),0.003)':s=48000"


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param({"sound_filters": f"{WAVERING},volume=-9dB"}, id="too quiet"),
        pytest.param({"sound_filters": f"{WAVERING},volume=12dB"}, id="too loud"),
        pytest.param({"sound": SURROUND, "sound_filters": WAVERING}, id="surround"),
        pytest.param({"sound": CLAPS}, id="quiet with peaks that a plain gain would clip"),
    ],
)
def test_the_sound_comes_out_at_minus_16_lufs(sound, folder):
    source = film(folder / "level.mp4", seconds=5, **sound)
    loudness = measure(source, look_into(source), ffmpeg=FFMPEG).loudness

    result = made_of(source, folder / "level", loudness=loudness)
    heard = film_of(result, folder / "heard.mp4")
    result = measure(heard, look_into(heard), ffmpeg=FFMPEG).loudness

    assert abs(loudness.integrated_lufs + 16) > 2
    assert result.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert result.true_peak_db <= -1


def film_of(result, path):
    """Put the picture and the sound together, so that they can be measured like a master."""
    parts = ["-i", result.rungs[0], "-i", result.sound.file, "-c", "copy"]
    subprocess.run([FFMPEG, "-v", "error", "-nostdin", "-y", *parts, path], check=True)
    return path


def test_silence_is_not_raised_to_noise(folder):
    source = film(folder / "still.mp4", sound="anullsrc=r=48000:cl=stereo")
    loudness = measure(source, look_into(source), ffmpeg=FFMPEG).loudness

    heard = film_of(made_of(source, folder / "still", loudness=loudness), folder / "still-heard.mp4")

    assert measure(heard, look_into(heard), ffmpeg=FFMPEG).loudness.true_peak_db is None


def test_a_master_without_sound_gets_silence_of_its_length(folder):
    mute = film(folder / "mute.mp4", sound=None)

    result = made_of(mute, folder / "mute")

    assert stream(result.sound.file, "channels", "duration") == {"channels": 2, "duration": "2.000000"}


def test_a_picture_that_lies_on_its_side_is_encoded_upright(folder):
    lying = film(folder / "lying.mp4", width_px=384, height_px=216)

    (rung,) = made_of(turned(folder / "turned.mp4", lying), folder / "turned").rungs

    assert stream(rung, "width", "height") == {"width": 216, "height": 384}


def test_a_picture_that_comes_late_waits_so_that_the_sound_stays_in_step(folder):
    late = film(folder / "late.mp4", picture_filters="setpts=PTS+0.4/TB")

    result = made_of(late, folder / "late")

    assert result.frame_count == look_into(late).video.frames + 10
    assert stream(result.rungs[0], "start_time") == {"start_time": "0.000000"}


def test_frames_that_a_trim_only_hides_are_not_missed(episode, folder):
    """A phone trims without encoding: the frames before the cut stay in the file, and in its index."""
    trimmed = made(folder / "trimmed.mp4", "-ss", "1.4", "-i", str(episode), "-c", "copy")

    result = made_of(trimmed, folder / "trimmed")

    assert (look_into(trimmed).video.frames, result.frame_count) == (75, 40)


def test_holes_that_a_cut_without_encoding_left_are_filled(folder):
    """Of frames that are stored out of order, some of the last ones are missing."""
    whole = film(folder / "whole.mp4", seconds=3, options=["-preset", "veryfast", "-bf", "3"])
    holed = made(folder / "holed.mp4", "-i", str(whole), "-t", "1.4", "-c", "copy")

    result = made_of(holed, folder / "holed")

    assert result.frame_count > look_into(holed).video.frames


def test_uneven_frames_are_brought_to_the_even_rate(folder):
    uneven = film(folder / "uneven.mp4", picture_filters=UNEVEN, options=["-fps_mode", "vfr"])

    (rung,) = made_of(uneven, folder / "uneven").rungs

    assert stream(rung, "r_frame_rate", "avg_frame_rate") == {"r_frame_rate": "25/1", "avg_frame_rate": "25/1"}


def test_matroska_which_counts_no_frames_is_encoded_too(folder):
    source = film(folder / "episode.mkv", options=["-c:a", "pcm_s16le"])

    assert made_of(source, folder / "matroska").frame_count == 50


@pytest.mark.parametrize(
    ("tag", "green"), [("bt709", (147, 86, 70)), ("unknown", (147, 86, 70)), ("smpte170m", (131, 93, 74))]
)
def test_colors_stay_what_they_were(tag, green, folder):
    """The same green is written differently in BT.709 (which is assumed where nothing is said) and in BT.601."""
    y, u, v = green
    painted = f"format=yuv420p,lutyuv=y={y}:u={u}:v={v},setparams=colorspace={tag}:range=tv"
    source = film(folder / "green.mp4", picture_filters=painted, options=["-qp", "4"])

    result = made_of(source, folder / "green")

    assert first_pixel(result.rungs[0]) == pytest.approx((147, 86, 70), abs=3)


def first_pixel(file):
    """Y, U and V as they are stored."""
    corner = ["-vf", "crop=2:2:8:8", "-frames:v", "1", "-f", "rawvideo", "-"]
    planes = subprocess.run([FFMPEG, "-v", "error", "-i", file, *corner], capture_output=True, check=True).stdout
    return planes[0], planes[4], planes[5]


def test_progress_rises_to_the_end_and_never_falls(episode, headers, folder):
    (folder / "watched").mkdir()
    shares = []

    plan = Plan.of(headers)
    encode_chunk(Workshop(folder / "watched", Programs.found()), episode, plan, *plan.chunks, on_progress=shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("share", [0.1, 0.6, 0.98])
def test_a_part_of_a_film_is_told_from_the_whole(share, episode, folder):
    part = cut_off(folder / "part.mp4", episode, share=share)

    with pytest.raises(FrameCountDiffers, match="should have 75 frames"):
        made_of(part, folder / "part")


def test_cancelling_leaves_no_process_and_no_file(episode, headers, tmp_path):
    workshop = Workshop(tmp_path, Programs.found(), cancelled=lambda: any(tmp_path.iterdir()))
    plan = Plan.of(headers, quality=Quality.ARCHIVE)

    with pytest.raises(Cancelled):
        encode_chunk(workshop, episode, plan, *plan.chunks)

    assert list(tmp_path.iterdir()) == []
    assert [child for child in psutil.Process().children(recursive=True) if "ffmpeg" in child.name()] == []


def test_hdr_is_converted_by_an_ffmpeg_that_can(folder):
    """The same white that is 203 of 10,000 nits in HDR comes out bright, and not as the gray that its numbers say."""
    ffmpeg = next((each for each in every_ffmpeg() if capabilities(each).has("filter zscale")), None)
    if ffmpeg is None:
        pytest.skip("no ffmpeg with zscale is installed (the extra quality has one)")
    programs = replace(Programs.found(), ffmpeg=ffmpeg)
    tags = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv"
    painted = f"format=yuv420p10le,lutyuv=y=574:u=512:v=512,{tags}"
    source = film(
        folder / "hdr.mp4", picture_filters=painted, options=["-pix_fmt", "yuv420p10le", "-profile:v", "high10"]
    )
    (folder / "hdr").mkdir()

    plan = plan_for(source, programs, quality=Quality.PREVIEW)
    result = encoded(Workshop(folder / "hdr", programs), source, plan)

    assert plan.video.is_hdr
    assert stream(result.rungs[0], "color_transfer", "pix_fmt") == {"color_transfer": "bt709", "pix_fmt": "yuv420p"}
    assert first_pixel(result.rungs[0])[0] > 170
