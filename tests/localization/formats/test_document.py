import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localization.formats import Cue, Document, Region, Unreadable

WORDS = st.text(max_size=20)
SETTINGS = st.dictionaries(WORDS, WORDS, max_size=3)
TIMES_MS = st.integers(min_value=0)
DOCUMENTS = st.builds(
    Document,
    st.lists(st.builds(Cue, TIMES_MS, TIMES_MS, WORDS, WORDS, SETTINGS), max_size=4),
    st.lists(st.builds(Region, WORDS, SETTINGS), max_size=2),
    st.lists(WORDS, max_size=2),
    st.lists(WORDS, max_size=2),
)
CANONICAL = Document([Cue(0, 900, "Hi")]).canonical()


@given(DOCUMENTS)
def test_canonical_text_gives_the_document_back(document):
    assert Document.from_canonical(document.canonical()) == document


@given(DOCUMENTS)
def test_canonical_text_of_a_canonical_document_is_itself(document):
    assert Document.from_canonical(document.canonical()).canonical() == document.canonical()


def test_order_of_settings_does_not_change_the_digest():
    one = Document([Cue(0, 900, "Hi", settings={"line": "0", "align": "left"})])
    other = Document([Cue(0, 900, "Hi", settings={"align": "left", "line": "0"})])

    assert one.digest() == other.digest()


def test_how_a_file_was_read_does_not_change_the_digest():
    one = Document([Cue(0, 900, "Hi")], encoding="cp932", repairs=["Line 2: a point stood for the comma."])

    assert one.digest() == Document([Cue(0, 900, "Hi")]).digest()


def test_digest_is_the_sha256_of_the_canonical_text():
    assert Document([Cue(0, 900, "Hi")]).digest() == "7397fdf28391deb671fd267f857f403df7e47f702a83dee39fa6499f03bd7874"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        CANONICAL.replace("octavo-subtitles/1", "octavo-subtitles/2"),
        CANONICAL.replace('"start_ms":0', '"start_ms":-1'),
        CANONICAL.replace('"start_ms":0', '"start_ms":0.5'),
        CANONICAL.replace('"start_ms":0', '"start_ms":true'),
        CANONICAL.replace('"Hi"', "7"),
        CANONICAL.replace('"Hi"', '"\\ud800"'),
        CANONICAL.replace('"settings":{}', '"settings":[]'),
        CANONICAL.replace('"settings":{}', '"settings":{"line":0}'),
        CANONICAL.replace('"settings":{},', ""),
        CANONICAL.replace('"notes":[]', '"notes":[null]'),
    ],
)
def test_any_other_text_is_no_stored_document(text):
    with pytest.raises(Unreadable, match="not a stored subtitle document"):
        Document.from_canonical(text)


def test_canonical_text_is_json_that_others_can_read():
    assert json.loads(CANONICAL)["cues"] == [
        {"start_ms": 0, "end_ms": 900, "text": "Hi", "identifier": "", "settings": {}}
    ]


def test_cue_cannot_lie_before_the_first_frame():
    with pytest.raises(ValueError, match="before the first frame"):
        Cue(-1, 900, "Hi")


def test_refusal_survives_the_way_between_processes():
    again = pickle.loads(pickle.dumps(Unreadable("Line 7: no.", 7)))  # noqa: S301

    assert (str(again), again.line) == ("Line 7: no.", 7)
