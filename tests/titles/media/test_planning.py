from dataclasses import replace
from fractions import Fraction

import pytest

from tests.titles.media.footage import film, made
from titles.media.binaries import locate
from titles.media.planning import HighDynamicRange, NoPicture, NoSound, Plan, key_frames_us, plan_for, steady_rate
from titles.media.probing import probe
from titles.media.workshop import Programs

pytestmark = pytest.mark.media

FFPROBE = locate("ffprobe")
GOP_OF_ONE_SECOND = ["-g", "25"]


@pytest.fixture(scope="module")
def episode(tmp_path_factory):
    """Three seconds, small, with sound and a key frame each second."""
    return film(tmp_path_factory.mktemp("planning") / "episode.mp4", seconds=3, options=GOP_OF_ONE_SECOND)


@pytest.fixture(scope="module")
def headers(episode):
    return probe(episode, ffprobe=FFPROBE)


def listed(path):
    return key_frames_us(path, probe(path, ffprobe=FFPROBE), ffprobe=FFPROBE)


def test_key_frames_are_listed_from_the_films_start(episode):
    assert listed(episode) == [0, 1_000_000, 2_000_000]


def test_key_frames_that_a_trim_hides_come_before_the_start(episode, tmp_path):
    trimmed = made(tmp_path / "trimmed.mp4", "-ss", "1.4", "-i", str(episode), "-c", "copy")

    assert listed(trimmed) == [-400_000, 600_000]


def test_the_same_master_gives_the_same_plan(episode):
    programs = Programs.found()

    assert plan_for(episode, programs) == plan_for(episode, programs)


def test_a_plan_names_the_encoder(episode):
    version, build = plan_for(episode, Programs.found()).encoder.split()

    assert (version[0] in "n123456789", len(build)) == (True, 12)


def test_a_master_without_sound_is_refused_where_silence_is_not_wanted(headers):
    with pytest.raises(NoSound, match="has no sound"):
        Plan.of(replace(headers, audio=()), silence_if_mute=False)


def test_a_master_without_a_picture_is_refused(headers):
    with pytest.raises(NoPicture, match="no moving picture"):
        Plan.of(replace(headers, video=None))


def test_hdr_is_refused_rather_than_shown_in_wrong_colors(headers):
    with pytest.raises(HighDynamicRange, match="SDR"):
        Plan.of(replace(headers, video=replace(headers.video, color_transfer="smpte2084")))


def test_oblong_pixels_become_square_ones(headers):
    oblong = replace(headers.video, width_px=1440, height_px=1080, sample_aspect=Fraction(4, 3))

    top = Plan.of(replace(headers, video=oblong)).rungs[0]

    assert (top.width_px, top.height_px) == (1920, 1080)


def test_a_recorder_with_a_clock_of_its_own_gets_the_usual_rate(headers):
    by_clock = replace(headers.video, frame_rate=Fraction(2987, 100), nominal_frame_rate=Fraction(90000))

    assert steady_rate(by_clock) == Fraction(30000, 1001)


def test_a_faster_master_is_thinned_to_sixty(headers):
    fast = replace(headers.video, frame_rate=Fraction(120), nominal_frame_rate=Fraction(120), frames=360)

    plan = Plan.of(replace(headers, video=fast))

    assert (plan.cadence.rate, plan.frame_count) == (60, 180)


def test_hdr_is_taken_where_it_can_be_converted(headers):
    plan = Plan.of(replace(headers, video=replace(headers.video, color_transfer="smpte2084")), tone_maps=True)

    assert plan.frame_count == 75


def test_a_plan_for_one_rung_keeps_the_ladder_that_it_is_scaled_through(headers):
    large = replace(headers, video=replace(headers.video, width_px=1080, height_px=1920))

    plan = Plan.of(large).only(540, 960)

    assert ([rung.width_px for rung in plan.rungs], [rung.width_px for rung in plan.made]) == (
        [1080, 720, 540, 360],
        [540],
    )
