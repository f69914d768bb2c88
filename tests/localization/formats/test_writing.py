import pytest
from hypothesis import given
from hypothesis import strategies as st

from localization.formats import (
    FORMATS,
    Cue,
    Document,
    Region,
    UnknownFormat,
    Unreadable,
    convert,
    cue_text,
    dropped,
    read,
    write,
)

TIMES_MS = st.integers(min_value=0, max_value=100 * 3_600_000)
MARKUP = st.lists(
    st.sampled_from([*"<>/&;{}\\ \n\r\0:.-0159abiuλ字", "<i>", "</i>", "<b>", "</b>", "<u>", "</u>"])
    | st.sampled_from(["-->", "\n\n", "\n7\n", "00:00:01,000 --> 00:00:02,000", "00:01.000 --> 00:02.000", "&amp;"])
    | st.sampled_from(["<v Ann>", "<c.x-->", "{\\an8}", "<font color=red>", "NOTE x", "WEBVTT", "&#10;", "&lt;"])
    | st.characters(codec="utf-8"),
    max_size=20,
).map("".join)
SRT_CUES = st.lists(st.tuples(TIMES_MS, TIMES_MS, MARKUP), min_size=1, max_size=6)
DOCUMENTS = st.builds(
    Document,
    st.lists(st.builds(Cue, TIMES_MS, TIMES_MS, MARKUP, MARKUP), max_size=5).map(
        lambda cues: sorted(cues, key=lambda cue: cue.start_ms)
    ),
    notes=st.lists(MARKUP, max_size=2),
    styles=st.lists(MARKUP, max_size=2),
)


def srt_time(time_ms: int) -> str:
    seconds, thousandths = divmod(time_ms, 1_000)
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{thousandths:03}"


def srt_file(cues: list[tuple[int, int, str]]) -> bytes:
    written = (
        f"{number}\n{srt_time(start_ms)} --> {srt_time(end_ms)}\n{text}\n\n"
        for number, (start_ms, end_ms, text) in enumerate(cues, start=1)
    )
    return "".join(written).encode("utf-8", errors="replace")


def said(document: Document) -> list[tuple[int, int, str]]:
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in document.cues]


def test_srt_is_written_so():
    document = Document([Cue(1_000, 2_500, "You <i>lied</i>.\nTo me."), Cue(3_723_004, 3_724_000, "Tom &amp; Jerry")])

    assert write(document, "srt") == (
        b"1\n00:00:01,000 --> 00:00:02,500\nYou <i>lied</i>.\nTo me.\n\n2\n01:02:03,004 --> 01:02:04,000\nTom & Jerry\n"
    )


def test_webvtt_is_written_so():
    document = Document(
        [
            Cue(1_000, 2_500, "<v Ann>You <i>lied</i>.\nTo me.", "opening", {"align": "left", "line": "0"}),
            Cue(3_723_004, 3_724_000, "Tom & Jerry"),
        ],
        regions=[Region("top", {"width": "80%"})],
        styles=["::cue(b) { color: peachpuff }"],
        notes=["Ann is the elder sister"],
    )

    assert write(document, "vtt").decode() == (
        "WEBVTT\n\nSTYLE\n::cue(b) { color: peachpuff }\n\nREGION\nid:top\nwidth:80%\n\n"
        "NOTE Ann is the elder sister\n\n"
        "opening\n00:00:01.000 --> 00:00:02.500 line:0 align:left\n<v Ann>You <i>lied</i>.\nTo me.\n\n"
        "01:02:03.004 --> 01:02:04.000\nTom &amp; Jerry\n"
    )


@pytest.mark.parametrize(
    ("place", "positioned"),
    [
        ({}, "line:78%,end position:50%"),
        ({"line": "-1"}, "line:78%,end position:50%"),
        ({"line": "0"}, "line:12%,start position:50%"),
        ({"line": "62%,end"}, "line:62%,end"),
        ({"line": "3"}, "line:3"),
        ({"position": "20%"}, "line:78%,end position:20%"),
        ({"align": "left"}, "line:78%,end align:left"),
        ({"vertical": "rl"}, "vertical:rl"),
        ({"region": "top"}, "line:78%,end position:50%"),
    ],
)
def test_positioned_webvtt_says_where_each_cue_stands(place, positioned):
    document = Document([Cue(0, 1_000, "x", settings=place)], regions=[Region("top")])

    assert write(document, "vtt-positioned").decode().splitlines()[-2] == (
        f"00:00:00.000 --> 00:00:01.000 {positioned}"
    )


@pytest.mark.parametrize("format", FORMATS)
def test_settings_that_mean_nothing_break_no_file(format):
    document = Document([Cue(0, 1_000, "x", settings={"size": "big", "line": "0 region:a\n\n", "glow": "1"})])

    assert read(write(document, format), filename=f"a.{format[:3]}").cues[0].text == "x"


def test_plain_webvtt_leaves_the_place_to_the_player():
    assert write(Document([Cue(0, 1_000, "x")]), "vtt") == b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nx\n"


def test_unknown_format_is_refused_with_those_that_can_be_written():
    with pytest.raises(UnknownFormat, match="“doc” cannot be written. Choose one of srt, vtt, vtt-positioned."):
        write(Document(), "doc")


@pytest.mark.parametrize(
    ("document", "format", "sentences"),
    [
        (Document([Cue(0, 1_000, "<i>a</i>", "1", {"line": "0"})]), "srt", []),
        (
            Document(
                [Cue(0, 1_000, "a", "opening", {"line": "62%"})], notes=["n"], styles=["s"], regions=[Region("r")]
            ),
            "srt",
            [
                "Not kept: regions.",
                "Not kept: style sheets.",
                "Not kept: notes.",
                "Not kept in cue 1: identifiers of cues, which SRT counts from 1.",
                "Not kept in cue 1: places on the picture.",
            ],
        ),
        (
            Document([Cue(0, 1_000, "<v Ann>a")] * 8),
            "srt",
            ["Not kept in cues 1, 2, 3, 4, 5 and 3 more: the names of speakers."],
        ),
        (Document([Cue(0, 1_000, "<v Ann>a", "x", {"line": "0"})], notes=["n"]), "vtt", []),
        (
            Document([Cue(0, 1_000, "a\n\nb", "x-->y", {"line": "low", "glow": "1"})]),
            "vtt",
            [
                "Not kept in cue 1: settings that WebVTT does not know.",
                "Not kept in cue 1: identifiers of cues that hold arrows or line breaks.",
                "Not kept in cue 1: blank lines.",
            ],
        ),
        (
            Document([Cue(0, 1_000, "a", settings={"region": "r"})], regions=[Region("r")]),
            "vtt-positioned",
            ["Not kept in cue 1: regions, in favor of a line."],
        ),
        (Document(regions=[Region(""), Region("a b")]), "vtt", ["Not kept: regions that WebVTT cannot say."]),
    ],
)
def test_what_a_format_cannot_hold_is_reported(document, format, sentences):
    assert dropped(document, format) == sentences


def test_players_that_know_few_references_get_the_characters_themselves():
    document = Document([Cue(0, 1_000, "AT&T &rlm;&quot;a&quot;&hellip; 1 &lt; 2 &gt; 0 & &copy")])

    assert write(document, "vtt").decode().splitlines()[-1] == 'AT&amp;T \u200f"a"… 1 &lt; 2 > 0 &amp; ©'


@pytest.mark.parametrize(
    "text", ["a --> b", "00:00:01.000 --> 00:00:02.000", "<c.x-->y", "--&gt;", "a\n\nb", "\n\n", "a\r\r\nb"]
)
@pytest.mark.parametrize("format", FORMATS)
def test_arrows_and_blank_lines_in_a_text_break_no_file(format, text):
    document = Document([Cue(0, 1_000, text), Cue(2_000, 3_000, "after")])

    again = read(write(document, format), filename=f"a.{format[:3]}")

    assert [(cue.start_ms, cue.end_ms) for cue in again.cues] == [(0, 1_000), (2_000, 3_000)]
    assert again.cues[1].text == "after"


def test_half_a_surrogate_pair_breaks_no_file():
    assert write(Document([Cue(0, 1_000, "a\ud83d")]), "srt").endswith(b"\na?\n")


def test_empty_document_is_an_empty_file_or_the_signature():
    assert {format: write(Document(), format) for format in FORMATS} == {
        "srt": b"",
        "vtt": b"WEBVTT\n",
        "vtt-positioned": b"WEBVTT\n",
    }


@pytest.mark.parametrize("place", range(1, 10))
def test_place_on_the_number_pad_survives_the_way_through_webvtt(place):
    srt = b"1\n00:00:01,000 --> 00:00:02,000\n{\\an%d}You lied.\n" % place

    webvtt = write(read(srt, filename="a.srt"), "vtt")

    assert write(read(webvtt, filename="a.vtt"), "srt") == srt.replace(b"{\\an2}", b"")


@given(SRT_CUES)
def test_srt_through_webvtt_keeps_text_tags_and_times(cues):
    try:
        first = read(srt_file(cues), filename="a.srt")
    except Unreadable:  # a text that reads as damaged times
        return
    webvtt = read(write(first, "vtt"), filename="a.vtt")
    last = read(write(webvtt, "srt"), filename="a.srt")

    assert said(last) == said(first)
    assert [cue.settings for cue in last.cues] == [cue.settings for cue in first.cues]
    assert [cue_text.plain(cue.text) for cue in webvtt.cues] == [cue_text.plain(cue.text) for cue in first.cues]


@pytest.mark.parametrize("format", FORMATS)
@given(DOCUMENTS.filter(lambda document: document.cues))
def test_whatever_is_written_is_read_with_the_same_times(format, document):
    again = read(write(document, format), filename=f"a.{format[:3]}")

    assert [(cue.start_ms, cue.end_ms) for cue in again.cues] == [(cue.start_ms, cue.end_ms) for cue in document.cues]


@pytest.mark.parametrize("format", FORMATS)
@given(DOCUMENTS.filter(lambda document: document.cues))
def test_writing_what_was_written_changes_nothing(format, document):
    once = write(document, format)

    assert write(read(once, filename=f"a.{format[:3]}"), format) == once


@given(DOCUMENTS)
def test_equal_documents_give_equal_bytes(document):
    copy = Document.from_canonical(document.canonical())

    assert [convert(copy, format) for format in FORMATS] == [convert(document, format) for format in FORMATS]
