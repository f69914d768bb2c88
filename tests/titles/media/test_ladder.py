from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titles.media.ladder import RUNGS, Cadence, Quality, rungs_for

SIDES = st.integers(min_value=16, max_value=4096)


def sizes(ladder):
    return [(rung.width_px, rung.height_px) for rung in ladder]


def test_a_full_size_master_gets_the_four_portrait_rungs():
    assert rungs_for(1080, 1920) == RUNGS


def test_a_larger_master_gets_no_rung_beyond_1080():
    assert rungs_for(2160, 3840) == RUNGS


def test_a_master_of_720_has_no_rung_above_it():
    assert sizes(rungs_for(720, 1280)) == [(720, 1280), (540, 960), (360, 640)]


def test_a_master_between_two_rungs_keeps_its_own_size_on_top():
    assert sizes(rungs_for(1072, 1906)) == [(1072, 1906), (720, 1280), (540, 960), (360, 640)]


def test_a_master_below_the_ladder_keeps_its_size_at_the_lowest_cap():
    (only,) = rungs_for(216, 384)

    assert (only.width_px, only.height_px, only.cap_kbps) == (216, 384, 700)


def test_a_landscape_master_gets_the_ladder_lying_down():
    assert sizes(rungs_for(1920, 1080)) == [(1920, 1080), (1280, 720), (960, 540), (640, 360)]


def test_a_taller_shape_than_9_by_16_is_kept():
    assert sizes(rungs_for(1080, 2340)) == [(1080, 2340), (720, 1560), (540, 1170), (360, 780)]


@given(SIDES, SIDES)
def test_no_rung_is_larger_than_its_source(width, height):
    assert all(rung.width_px <= width and rung.height_px <= height for rung in rungs_for(width, height))


@given(SIDES, SIDES)
def test_every_side_is_even(width, height):
    assert all(rung.width_px % 2 == rung.height_px % 2 == 0 for rung in rungs_for(width, height))


@given(SIDES, SIDES)
def test_every_step_down_is_smaller_and_cheaper(width, height):
    ladder = rungs_for(width, height)

    for above, below in zip(ladder, ladder[1:], strict=False):
        assert below.short_px < above.short_px and below.cap_kbps < above.cap_kbps


@given(st.integers(min_value=360, max_value=4096), st.integers(min_value=360, max_value=4096))
def test_the_shape_of_the_source_is_kept_within_two_pixels(width, height):
    for rung in rungs_for(width, height):
        assert abs(rung.width_px * height / width - rung.height_px) <= 2 * max(1, height / width)


@pytest.mark.parametrize(
    ("rate", "gop_frames"),
    [("24000/1001", 48), ("24", 48), ("25", 50), ("30000/1001", 60), ("30", 60), ("60", 120)],
)
def test_the_gop_follows_the_real_frame_rate(rate, gop_frames):
    assert Cadence.of(Fraction(rate)).gop_frames == gop_frames


@given(st.fractions(min_value=10, max_value=240, max_denominator=1001))
def test_segments_stay_near_four_seconds_at_any_rate(rate):
    assert abs(Cadence.of(rate).segment_s - 4) <= Fraction(1, 5)


@given(st.fractions(min_value=1, max_value=1000, max_denominator=1001))
def test_no_episode_runs_faster_than_60_frames_a_second(rate):
    assert Cadence.of(rate).rate <= 60


def test_each_quality_names_its_preset():
    assert {str(quality): quality.recipe.preset for quality in Quality} == {
        "preview": "veryfast",
        "publish": "fast",
        "archive": "medium",
    }
