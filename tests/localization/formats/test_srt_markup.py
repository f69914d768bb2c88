import pytest
from hypothesis import given
from hypothesis import strategies as st

from localization.formats import cue_text
from localization.formats.srt_markup import from_srt, to_srt

# Pieces that make trouble when they meet.
PIECES = st.sampled_from(
    [*"<>/&;{}\\ \n:.,-0159abiué‹·", "<i>", "</i>", "<B>", "</b>", "<u>", "</u>", "-->", "\n\n", "{\\an8}", "{\\i1}"]
    + ["00:00:01,000", " --> ", "&amp;", "&lt", "<font color=x>", "</font>", "<v Ann>", "<br>", "<I am>", "\u3000"]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@pytest.mark.parametrize("text", ["<i>a</i>", "<b><i>a</i></b>\n<u>b</u>", "a <i>b</i> c", "<i></i>"])
def test_italics_bold_and_underline_are_kept(text):
    assert from_srt(text) == (text, {}, [])
    assert to_srt(text) == (text, [])


@pytest.mark.parametrize(
    ("srt", "text"),
    [
        ("<I>a</I>", "<i>a</i>"),
        ('<i class="x">a</i >', "<i>a</i>"),
        ("<i>a", "<i>a</i>"),
        ("<i>a<i>", "<i>a</i>"),
        ("<i>a <i>b</i> c</i> d", "<i>a b c</i> d"),
        ("<i>a<b>b</i>c</b>", "<i>a<b>b</b></i><b>c</b>"),
        ("a</i>", "a"),
        ('<font color="#ff0000">a</font>', "a"),
        ("<c.yellow>a</c>", "a"),
        ("<v Ann>a</v>", "a"),
        ("a<br/>b", "a\nb"),
        ("{\\i1}a{\\i0}", "a"),
    ],
)
def test_other_markup_is_balanced_or_left_out(srt, text):
    assert from_srt(srt).text == text


@pytest.mark.parametrize(
    ("srt", "remarks"),
    [
        ("<i>a", ["an open <i> was closed at the end of the cue."]),
        ("a</i>", ["a </i> that closed nothing was left out."]),
        ("<font color=red>a</font>", ["the tag <font> was left out."] * 2),
        ("<<font>i>a", ["the tag <font> was left out.", "words that would read as markup were changed."]),
        ("{\\fad(1,2)}a", ["{\\fad(1,2)} means nothing in SRT and was left out."]),
        ("{\\an8}a", []),
    ],
)
def test_what_is_mended_is_said(srt, remarks):
    assert from_srt(srt).remarks == remarks


@pytest.mark.parametrize(
    "speech", ["<whispers> Go!", "<I love you>", "<a door slams>", "I <3 you", "a < b > c", "{laughs}", "C:\\New\\name"]
)
def test_what_people_say_is_no_markup(speech):
    reading = from_srt(speech)

    assert cue_text.plain(reading.text) == speech
    assert reading.remarks == []


@pytest.mark.parametrize(
    "speech", ["Tom & Jerry", "AT&T", "&amp;", "&lt;i&gt;", "&#65;", "&copy 2026", "&&amp;", "-->"]
)
def test_srt_knows_no_character_references(speech):
    assert cue_text.plain(from_srt(speech).text) == speech


def test_ampersand_stays_readable():
    assert from_srt("Tom & Jerry, AT&T").text == "Tom & Jerry, AT&T"


@pytest.mark.parametrize(
    ("override", "place"),
    [
        ("{\\an1}", {"position": "0%", "align": "left"}),
        ("{\\an2}", {}),
        ("{\\an5}", {"line": "50%,center"}),
        ("{\\an8}", {"line": "0"}),
        ("{\\an9}", {"line": "0", "position": "100%", "align": "right"}),
    ],
)
def test_place_on_the_number_pad_becomes_settings(override, place):
    assert from_srt(f"{override}a") == ("a", place, [])


def test_only_the_first_place_counts():
    assert from_srt("{\\an8}a{\\an1}").settings == {"line": "0"}


@pytest.mark.parametrize(
    ("text", "srt", "lost"),
    [
        ("<v Ann>a", "a", ["the names of speakers"]),
        ("<c.loud>a</c><i.x>b</i>", "a<i>b</i>", ["classes of style"]),
        ("<lang ja>a</lang>", "a", ["the language of single words"]),
        ("<ruby>漢<rt>かん</rt>字</ruby>", "漢字", ["the readings of ruby"]),
        ("a<00:00:01.000>b", "ab", ["times inside the text"]),
        ("&lt;i&gt;", "‹i>", ["words that would read as markup"]),
        ("{\\an8}a", "(\\an8}a", ["words that would read as markup"]),
        ("00:00:01,000 --&gt; 00:00:02,000", "· 00:00:01,000 -- > 00:00:02,000", ["words that would read as times"]),
        ("a\n\n \nb", "a\nb", ["blank lines"]),
    ],
)
def test_what_srt_cannot_say_is_said_otherwise_and_reported(text, srt, lost):
    assert to_srt(text) == (srt, lost)


@pytest.mark.parametrize(
    ("srt", "written"),
    [
        ("<<font>i>a", "‹i>a"),
        ("<{\\an8}i>a", "‹i>a"),
        ("{</i>\\an8}a", "(\\an8}a"),
        ("<i><i>12:30</i>-->5:00", "<i>12:30-->5:00</i>"),
        ("<i>a\n1:0<i>0:12,000 --> 0:00:13,000", "<i>a\n· 1:00:12,000 -- > 0:00:13,000</i>"),
        ("1:00</i>:12,000 --> 0:00:13,000", "· 1:00:12,000 -- > 0:00:13,000"),
    ],
)
def test_what_joins_to_markup_when_a_tag_goes_is_disarmed_at_once(srt, written):
    text = from_srt(srt).text

    assert to_srt(text).text == written
    assert from_srt(written).text == text


@given(TEXTS)
def test_text_read_once_survives_writing_and_reading(srt):
    text = from_srt("\n".join(line for line in srt.split("\n") if line.strip())).text
    written = to_srt(text)

    assert [what for what in written.lost if what != "words that would read as times"] == []
    if not written.lost:
        assert from_srt(written.text) == (text, {}, [])


@given(TEXTS)
def test_written_text_holds_nothing_that_reads_otherwise(text):
    written = to_srt(text).text
    reading = from_srt(written)

    assert reading.remarks == []
    assert to_srt(reading.text) == (written, [])
