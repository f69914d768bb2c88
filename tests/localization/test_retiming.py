"""Cues go where their sound went; what a cut touches is shortened or dropped, and said."""

from hypothesis import given
from hypothesis import strategies as st

from localization.formats import Cue, Document
from localization.retiming import Outcome, retimed
from titles.media.aligning import Fate, Passage

CUT_OUT = (
    Passage(0, 31_000, Fate.FOUND, 0),
    Passage(31_000, 33_000, Fate.REMOVED),
    Passage(33_000, 60_000, Fate.FOUND, -2_000),
)
INSERTED = (Passage(0, 20_000, Fate.FOUND, 0), Passage(20_000, 60_000, Fate.FOUND, 1_500))
REPLACED = (
    Passage(0, 20_000, Fate.FOUND, 500),
    Passage(20_000, 23_000, Fate.NOT_FOUND),
    Passage(23_000, 60_000, Fate.FOUND, -500),
)


def become(passages, *cues: Cue, **more):
    """What becomes of the cues: the outcome, and the new times."""
    moved = retimed(Document(list(cues)), passages, **more).cues
    return [(each.outcome, each.after and (each.after.start_ms, each.after.end_ms)) for each in moved]


def cue(start_ms: int, end_ms: int, text: str = "You lied to me.") -> Cue:
    return Cue(start_ms, end_ms, text)


def test_before_a_cut_nothing_moves_and_after_it_everything_does():
    assert become(CUT_OUT, cue(1_000, 2_500), cue(40_000, 41_000)) == [
        (Outcome.SAME, (1_000, 2_500)),
        (Outcome.SHIFTED, (38_000, 39_000)),
    ]


def test_a_cue_in_what_was_removed_is_dropped():
    assert become(CUT_OUT, cue(31_200, 32_800)) == [(Outcome.DROPPED, None)]


def test_a_cue_that_straddles_a_cut_keeps_what_is_left_of_it():
    assert become(CUT_OUT, cue(30_000, 32_000), cue(32_000, 34_500), cue(30_000, 34_000)) == [
        (Outcome.CLIPPED, (30_000, 31_000)),
        (Outcome.CLIPPED, (31_000, 32_500)),
        (Outcome.CLIPPED, (30_000, 32_000)),
    ]


def test_too_little_to_be_read_is_dropped():
    assert become(CUT_OUT, cue(30_800, 32_500)) == [(Outcome.DROPPED, None)]


def test_a_hair_over_a_cut_is_no_cut():
    assert become(CUT_OUT, cue(29_000, 31_010)) == [(Outcome.SHIFTED, (29_000, 31_000))]


def test_a_cue_in_which_something_was_inserted_stays_with_its_longer_part():
    assert become(INSERTED, cue(19_000, 20_400), cue(19_800, 21_000)) == [
        (Outcome.CLIPPED, (19_000, 20_000)),
        (Outcome.CLIPPED, (21_500, 22_500)),
    ]


def test_where_something_else_is_heard_a_cue_moves_with_what_is_before_and_is_pointed_out():
    assert become(REPLACED, cue(20_500, 21_500), cue(22_000, 22_900)) == [
        (Outcome.UNSURE, (21_000, 22_000)),
        (Outcome.DROPPED, None),
    ]


def test_nothing_outlasts_the_new_picture():
    assert become(CUT_OUT, cue(57_000, 59_000), cue(59_500, 61_000), duration_ms=56_500) == [
        (Outcome.CLIPPED, (55_000, 56_500)),
        (Outcome.DROPPED, None),
    ]


def test_a_picture_that_outlasts_its_sound_keeps_its_cues():
    assert become(CUT_OUT, cue(60_500, 62_000)) == [(Outcome.SHIFTED, (58_500, 60_000))]


def test_times_inside_a_text_move_with_it():
    (moved,) = retimed(Document([cue(40_000, 42_000, "You <00:00:41.000>lied")]), CUT_OUT).cues

    assert moved.after is not None and moved.after.text == "You <00:00:39.000>lied"


def test_a_time_inside_a_text_that_was_removed_goes():
    (moved,) = retimed(Document([cue(30_000, 34_000, "You <00:00:32.000>lied")]), CUT_OUT).cues

    assert moved.after is not None and moved.after.text == "You lied"


def test_what_is_said_stays_and_is_counted():
    document = Document([cue(1_000, 2_000), cue(31_200, 32_000), cue(40_000, 41_000, "In my own house.")])

    found = retimed(document, CUT_OUT)

    assert [each.text for each in found.document.cues] == ["You lied to me.", "In my own house."]
    assert [found.count(outcome) for outcome in Outcome] == [1, 1, 0, 1, 0]
    assert (found.is_unchanged, found.first_shifted and found.first_shifted.number) == (False, 3)
    assert [each.number for each in found.touched] == [2]


def test_what_is_the_same_sound_changes_no_byte():
    document = Document([cue(1_000, 2_000), cue(61_000, 62_000)])

    found = retimed(document, (Passage(0, 60_000, Fate.FOUND, 0),))

    assert found.is_unchanged
    assert found.document.canonical() == document.canonical()


_TIMES = st.lists(st.integers(0, 70_000), min_size=2, max_size=12, unique=True).map(sorted)


@given(_TIMES, st.sampled_from([CUT_OUT, INSERTED, REPLACED]))
def test_order_is_kept_and_no_cue_grows_or_ends_before_it_starts(times, passages):
    cues = [cue(start, end) for start, end in zip(times[::2], times[1::2], strict=False)]

    found = retimed(Document(cues), passages, duration_ms=58_000)

    starts = [each.after.start_ms for each in found.cues if each.after]
    assert starts == sorted(starts)
    for each in found.cues:
        if each.after is not None:
            assert 0 <= each.after.start_ms < each.after.end_ms <= 58_000
            assert each.after.end_ms - each.after.start_ms <= each.before.end_ms - each.before.start_ms
