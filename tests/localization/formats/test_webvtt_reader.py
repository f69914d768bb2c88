import pytest

from localization.formats import Cue, Region, Unreadable, read
from localization.formats.cue_settings import layout


def read_webvtt(text: str):
    return read(text.encode(), filename="episode.vtt")


REJECTED = {
    "empty": "",
    "signature-invalid": "WEBVTR\n\n00:00.000 --> 00:01.000\ntext\n",
    "signature-invalid-whitespace": "\nWEBVTT\n\n00:00.000 --> 00:01.000\ntext\n",
    "signature-missing-whitespace": "WEBVTT-\n\n00:00.000 --> 00:01.000\ntext\n",
    "signature-partial": "WEBV",
    "lower case": "webvtt\n\n00:00.000 --> 00:01.000\ntext\n",
    "form feed behind it": "WEBVTT\x0c\n\n00:00.000 --> 00:01.000\ntext\n",
    "second byte order mark": "\ufeff\ufeffWEBVTT\n\n",
}


@pytest.mark.parametrize("text", REJECTED.values(), ids=REJECTED.keys())
def test_file_without_the_signature_is_refused(text):
    with pytest.raises(Unreadable) as refusal:
        read_webvtt(text)

    assert refusal.value.line == 1


def test_regular_file_needs_no_repair():
    document = read_webvtt(
        """WEBVTT

STYLE
::cue(b) { color: peachpuff }

REGION
id:top width:80% lines:2
regionanchor:0%,0%

NOTE Ann is the
elder sister

opening
00:01.000 --> 00:02.500 region:top align:left
<v Ann>You <b>lied</b>.
To me.

00:00:03.000 --> 00:00:04.000
What?
"""
    )

    assert document.cues == [
        Cue(1_000, 2_500, "<v Ann>You <b>lied</b>.\nTo me.", "opening", {"region": "top", "align": "left"}),
        Cue(3_000, 4_000, "What?"),
    ]
    assert document.regions == [Region("top", {"width": "80%", "lines": "2", "regionanchor": "0%,0%"})]
    assert document.styles == ["::cue(b) { color: peachpuff }"]
    assert document.notes == ["Ann is the\nelder sister"]
    assert document.repairs == []


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        (
            "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n00:01.000 --> 00:02.000\nx",
            "Line 2: X-TIMESTAMP-MAP was taken out, for it moves every cue in some players; check the timing.",
        ),
        ("WEBVTT\nKind: captions\n\n00:01.000 --> 00:02.000\nx", "Line 2: the line of the file's header was left out."),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000 align:middle\nx",
            "Line 3: the cue setting align:middle is unknown and was left out.",
        ),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n7\n00:00:01,000 --> 00:00:02,000\ny",
            "Line 7: the times cannot be read, so the cue was left out.",
        ),
        ("WEBVTT\n\nwords\n\n00:01.000 --> 00:02.000\nx", "Line 3: the words belong to no cue and were left out."),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\nSTYLE\n::cue { }",
            "Line 6: a STYLE block counts only above the first cue and with lines of its own; it was left out.",
        ),
        (
            "WEBVTT\n\n00:03.000 --> 00:04.000\ny\n\n00:01.000 --> 00:02.000\nx",
            "Line 6: the cue stood below a later one and was moved up.",
        ),
    ],
)
def test_what_a_browser_passes_over_is_said(text, repair):
    document = read_webvtt(text)

    assert document.repairs == [repair]
    assert document.cues[0] == Cue(1_000, 2_000, "x")


def test_text_is_kept_as_written():
    text = "<v Ann>a &amp; b</v>  \n &nbsp;<00:01.500>c"

    assert read_webvtt(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n").cues[0].text == text


@pytest.mark.parametrize("identifier", ["STYLE", "REGION", "NOTE Ann"])
def test_name_of_a_block_can_be_an_identifier(identifier):
    document = read_webvtt(f"WEBVTT\n\n{identifier}\n00:01.000 --> 00:02.000\nx\n")

    assert document.cues == [Cue(1_000, 2_000, "x", identifier)]


@pytest.mark.parametrize(
    ("words", "valid"),
    [
        ("line:10% line:50%", {"line": "50%"}),
        ("line:10%,end line:50%", {"line": "50%,end"}),
        ("line:10%,end line:50%,middle", {"line": "10%,end"}),
        ("position:10%,center position:20%", {"position": "20%,center"}),
        ("size:101% size:-1% size:", {}),
        ("region:top line:0", {"line": "0"}),
        ("line:0 region:top", {"line": "0", "region": "top"}),
        ("region:top size:50%", {"size": "50%"}),
        ("region:top size:100%", {"size": "100%", "region": "top"}),
        ("region:top vertical:rl", {"vertical": "rl"}),
        ("region:top region:nowhere", {}),
    ],
)
def test_last_valid_word_on_a_setting_counts(words, valid):
    cue = read_webvtt(f"WEBVTT\n\nREGION\nid:top\n\n00:01.000 --> 00:02.000 {words}\nx\n").cues[0]

    assert cue.settings == valid


def test_last_region_of_a_name_counts():
    document = read_webvtt(
        "WEBVTT\n\nREGION\nid:a\nlines:1\n\nREGION\nid:a\nlines:2\n\n00:01.000 --> 00:02.000 region:a\nx\n"
    )

    assert layout(document.cues[0].settings, document.regions).region is document.regions[1]
