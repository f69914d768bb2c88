"""What is said about uploads can be said in any language, and English is one of them."""

import re

import pytest

from titles.media import sentences
from titles.media.sentences import SENTENCES, Told, sentence


def german(text: str) -> str:
    words = {
        SENTENCES["letterbox"]: "Schwarze Balken bedecken %(bars)s.",
        "%(share)s at the top": "%(share)s oben",
        "%(share)s at the bottom": "%(share)s unten",
        "%(some)s and %(last)s": "%(some)s und %(last)s",
        "%(start)s to %(end)s": "%(start)s bis %(end)s",
        "%(spans)s and %(count)s times more": "%(spans)s und %(count)s weitere Male",
        SENTENCES["silence"]: "Stumm von %(places)s; erlaubt: %(most_ms)s.",
        "%(seconds)s s": "%(seconds)s Sek.",
        SENTENCES["not_film"]: "Das ist %(kind)s.",
        "a text file": "eine Textdatei",
    }
    return words.get(text, text)


@pytest.mark.parametrize(
    ("code", "values", "said"),
    [
        (
            "letterbox",
            {"bars": [["top", 0.18], ["bottom", 0.17]]},
            "Schwarze Balken bedecken 18% oben und 17% unten.",
        ),
        (
            "silence",
            {"places": [[0, 6_000], [10_000, 16_000], [20_000, 26_000], [30_000, 36_000]], "most_ms": 5_000},
            "Stumm von 0:00.0 bis 0:06.0, 0:10.0 bis 0:16.0, 0:20.0 bis 0:26.0 und 1 weitere Male; erlaubt: 5.0 Sek..",
        ),
        ("not_film", {"kind": "a text file"}, "Das ist eine Textdatei."),
    ],
)
def test_words_within_a_sentence_are_translated_with_it(code, values, said):
    assert sentence(code, values, german) == said


def test_a_refusal_is_its_english_sentence():
    refusal = Told("not_film", kind="a text file")

    assert str(refusal) == "This is a text file, not a film. Export the episode as MP4 or MOV and upload that."


def test_what_was_told_before_there_were_codes_is_told_as_it_was():
    assert sentence("as_told", {"sentence": "100 % black."}) == "100 % black."


@pytest.mark.parametrize("code", sorted(set(SENTENCES) - {"as_told"}))
def test_a_percent_sign_of_a_translator_breaks_nothing_but_what_is_named(code):
    """Every place in a sentence is a named one, so that another language may order them anew."""
    assert re.sub(r"%\(\w+\)s", "", SENTENCES[code]).count("%") == 0


def test_a_clock_rounds_up_to_the_next_minute():
    assert [sentences.clock(moment_ms) for moment_ms in (0, 59_949, 59_951, 600_000)] == [
        "0:00.0",
        "0:59.9",
        "1:00.0",
        "10:00.0",
    ]
