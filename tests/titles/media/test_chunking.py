from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from titles.media.chunking import LONGEST_S, chunks_of, longest_frames
from titles.media.ladder import Cadence

EPISODE = 90 * 25

rates = st.sampled_from([Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60")])


def every(seconds, *, lasting_s=90):
    return [round(1_000_000 * seconds * number) for number in range(int(lasting_s / seconds) + 1)]


def edges(chunks):
    return [(chunk.first_frame, chunk.end_frame) for chunk in chunks]


def test_an_episode_with_many_key_frames_is_cut_every_12_s():
    chunks = chunks_of(EPISODE, Cadence(Fraction(25)), every(Fraction(1, 25)))

    assert [chunk.frame_count for chunk in chunks] == [300] * 7 + [150]


def test_cuts_are_laid_where_the_master_has_key_frames():
    chunks = chunks_of(EPISODE, Cadence(Fraction(25)), every(10))

    assert [(chunk.first_frame, chunk.from_us) for chunk in chunks] == [
        (250 * number, 10_000_000 * number) for number in range(9)
    ]


def test_a_film_with_one_key_frame_stays_whole():
    assert edges(chunks_of(EPISODE, Cadence(Fraction(25)), [0])) == [(0, EPISODE)]


def test_a_short_film_is_one_chunk():
    assert edges(chunks_of(20, Cadence(Fraction(25)), [0])) == [(0, 20)]


def test_a_key_frame_that_is_a_hair_late_still_serves():
    """Matroska rounds times to milliseconds."""
    _, second = chunks_of(600, Cadence(Fraction(30000, 1001)), [0, 10_010_500])

    assert (second.first_frame, second.from_us) == (300, 10_010_500)


def test_fields_that_are_woven_want_pictures_before_the_first():
    chunks = chunks_of(EPISODE, Cadence(Fraction(25)), every(Fraction(1, 25)), lead_frames=2)

    assert {chunk.first_frame * 40_000 - chunk.from_us for chunk in chunks[1:]} == {80_000}


@given(frame_count=st.integers(1, 5_000), rate=rates, key_frames=st.lists(st.integers(-(10**6), 10**8), max_size=60))
def test_every_frame_is_in_exactly_one_chunk(frame_count, rate, key_frames):
    chunks = chunks_of(frame_count, Cadence(rate), sorted(key_frames))

    assert [first for first, _ in edges(chunks)] == [0, *(end for _, end in edges(chunks)[:-1])]
    assert edges(chunks)[-1][1] == frame_count
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert [chunk.is_last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


@given(frame_count=st.integers(1, 5_000), rate=rates, key_frames=st.lists(st.integers(0, 10**8), max_size=60))
def test_chunks_are_whole_gops_within_12_s_decoded_from_a_key_frame_before_them(frame_count, rate, key_frames):
    cadence = Cadence(rate)
    chunks = chunks_of(frame_count, cadence, sorted(key_frames))

    if len(chunks) > 1:
        assert all(chunk.frame_count / rate <= LONGEST_S for chunk in chunks)
        assert all(chunk.frame_count >= cadence.gop_frames for chunk in chunks)
    assert all(chunk.first_frame % cadence.gop_frames == 0 for chunk in chunks)
    assert all(chunk.from_us in {0, *key_frames} for chunk in chunks)
    assert all(chunk.from_us <= 1_000_000 * (chunk.first_frame + Fraction(1, 4)) / rate for chunk in chunks)


@given(rates)
def test_no_chunk_may_be_longer_than_12_s(rate):
    assert longest_frames(Cadence(rate)) / rate <= 12


@given(frame_count=st.integers(600, 5_000), apart_s=st.integers(1, 11))
def test_little_is_decoded_twice(frame_count, apart_s):
    chunks = chunks_of(frame_count, Cadence(Fraction(25)), every(apart_s, lasting_s=200))

    twice_s = sum(chunk.first_frame / 25 - chunk.from_us / 1_000_000 for chunk in chunks)
    assert twice_s <= 0.25 * frame_count / 25
    assert all(first.end_frame == second.first_frame for first, second in pairwise(chunks))
