import pytest
from hypothesis import given
from hypothesis import strategies as st

from localization.formats import cue_text
from localization.formats.references import decode

MARKUP = st.text(alphabet="<>/&;#.x0123456789: \n\tciburtvlang-amp", max_size=60)


@given(MARKUP)
def test_tokens_joined_are_the_text(text):
    assert "".join(token.raw for token in cue_text.tokens(text)) == text


@given(MARKUP)
def test_every_span_that_opens_closes_in_order(text):
    path = []
    for node, opens in cue_text.steps(text):
        if isinstance(node, cue_text.Span) and opens:
            path.append(node)
        elif isinstance(node, cue_text.Span):
            assert path.pop() is node
    assert path == []


@given(st.text())
def test_literal_text_reads_as_itself(text):
    assert cue_text.plain(cue_text.literal(text)) == text


@given(MARKUP)
def test_literal_markup_reads_as_itself(text):
    assert cue_text.plain(cue_text.literal(text)) == text
    assert "-->" not in cue_text.literal(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<v Ann>a</v>\n<i>b</i>", "a\nb"),
        ("<ruby>漢<rt>かん</rt>字</ruby>", "漢字"),
        ("<ruby>漢<rt>かん</ruby>字", "漢字"),
        ("a &amp; b &lt; c&nbsp;d", "a & b < c\u00a0d"),
        ("a<00:01.000>b<unknown>c", "abc"),
    ],
)
def test_viewer_reads_text_without_markup(text, plain):
    assert cue_text.plain(text) == plain


def test_language_applies_to_what_is_inside():
    [outer] = cue_text.parse("<i><lang ja>a<b>b</b></lang><u>c</u></i>", language="en")

    assert outer.span.language == "en"
    assert [child.span.language for child in outer.children] == ["ja", "en"]
    assert outer.children[0].children[1].span.language == "ja"


def test_voice_is_cleaned_of_references_and_surplus_blanks():
    [voice] = cue_text.parse("<v.loud  Tom &amp;\n Jerry >a")

    assert voice.span == cue_text.Span("v", ("loud",), voice="Tom & Jerry")


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("&#x41;", "A"),
        ("&#65", "A"),
        ("&#0;", "\ufffd"),
        ("&#xD800;", "\ufffd"),
        ("&#x110000;", "\ufffd"),
        ("&#99999999999999999999;", "\ufffd"),
        ("&#x0000000000041;", "A"),
        ("&#x80;", "€"),
        ("&#x81;", "\x81"),
        ("&#1;", "\x01"),
        ("&#;", "&#;"),
        ("&#x;", "&#x;"),
        ("&nosuch;", "&nosuch;"),
    ],
)
def test_reference_reads_as_html_says(reference, value):
    assert decode(reference) == value
