from localization.formats import Cue, Document
from localization.formats.checks import Problem, problems


def test_regular_document_has_no_problems():
    document = Document([Cue(0, 1_000, "a"), Cue(1_000, 2_000, "b")])

    assert problems(document, duration_ms=2_000) == []


def test_document_without_cues_is_a_problem():
    assert problems(Document(), duration_ms=60_000) == [
        Problem("no cues", None, 0, 1, "There is not one subtitle in this document.")
    ]


def test_cue_after_the_end_is_a_problem():
    document = Document([Cue(0, 1_000, "a"), Cue(59_000, 60_001, "b")])

    assert problems(document, duration_ms=60_000) == [
        Problem(
            "after the end", 2, 60_001, 60_000, "Cue 2 ends at 00:01:00.001, after the picture's end at 00:01:00.000."
        )
    ]


def test_without_a_length_no_cue_lies_after_the_end():
    assert problems(Document([Cue(0, 10**9, "a")])) == []


def test_cue_that_does_not_last_is_a_problem():
    document = Document([Cue(1_000, 1_000, "a"), Cue(3_000, 2_000, "b")])

    assert [(found.rule, found.cue, found.measured, found.limit) for found in problems(document)] == [
        ("ends before it starts", 1, 1_000, 1_000),
        ("ends before it starts", 2, 2_000, 3_000),
    ]


def test_overlap_counts_against_any_earlier_cue():
    document = Document([Cue(0, 9_000, "a"), Cue(1_000, 2_000, "b"), Cue(3_000, 4_000, "c")])

    assert [(found.rule, found.cue, found.measured, found.limit) for found in problems(document)] == [
        ("overlap", 2, 1_000, 9_000),
        ("overlap", 3, 3_000, 9_000),
    ]
