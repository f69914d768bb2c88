import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.titles.media.lineup import picture, sound
from titles.media.streams import Segment, average_bps, facts_from_json, peak_bps

SEGMENTS = st.lists(st.builds(Segment, st.integers(100, 6_000), st.integers(1, 5_000_000)), min_size=1, max_size=30)


@pytest.mark.parametrize("facts", [picture(), sound().facts])
def test_facts_survive_the_trip_through_json(facts):
    assert facts_from_json(json.loads(json.dumps(facts.to_json()))) == facts


def test_the_peak_is_the_dearest_run_of_about_one_target_duration():
    calm, busy = Segment(4_000, 250_000), Segment(4_000, 1_000_000)

    assert peak_bps([calm, busy, calm], target_ms=4_000) == 2_000_000


def test_a_short_last_segment_is_no_peak_by_itself():
    segments = [Segment(4_000, 500_000), Segment(1_000, 500_000)]

    assert peak_bps(segments, target_ms=4_000) == 8 * 1_000_000 // 5


def test_a_film_shorter_than_half_a_segment_peaks_at_its_average():
    assert peak_bps([Segment(1_000, 125_000)], target_ms=4_000) == 1_000_000


@given(SEGMENTS)
def test_no_single_full_segment_is_above_the_peak(segments):
    peak = peak_bps(segments, target_ms=4_000)

    assert all(average_bps([s]) <= peak for s in segments if 2_000 <= s.duration_ms <= 6_000)
