import pytest
from hypothesis import given
from hypothesis import strategies as st

from localization.formats import FORMATS, MAX_BYTES, Cue, Unreadable, cue_text, read, write

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nYou lied to me.\n"
WEBVTT = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nYou lied to me.\n"
ONE_CUE = [Cue(1_000, 2_500, "You lied to me.")]

SRT_TIMES = b"1\n00:00:01,000 --> 00:00:02,000\n"
WEBVTT_TIMES = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n"


def test_name_decides_that_a_file_is_webvtt():
    with pytest.raises(Unreadable, match="must start with the word WEBVTT"):
        read(SRT, filename="Episode 1.VTT")


@pytest.mark.parametrize("filename", ["a.vtt", "a.srt", "a.txt", "a", ""])
def test_signature_makes_a_file_webvtt_under_any_name(filename):
    assert read(WEBVTT, filename=filename).cues == ONE_CUE


@pytest.mark.parametrize("filename", ["a.srt", "a.txt", "a", ""])
def test_file_without_signature_is_srt_unless_named_otherwise(filename):
    assert read(SRT, filename=filename).cues == [Cue(1_000, 2_500, "You lied to me.", "1")]


@pytest.mark.parametrize("data", [b"", b"\n\n", b" \r\n\t"])
@pytest.mark.parametrize("filename", ["a.srt", "a.vtt"])
def test_empty_file_is_refused(data, filename):
    with pytest.raises(Unreadable, match="The file is empty. Export the subtitles again."):
        read(data, filename=filename)


def test_file_of_two_megabytes_is_read_and_a_byte_more_is_refused():
    assert read(SRT.ljust(MAX_BYTES), filename="a.srt").cues[0].start_ms == 1_000

    with pytest.raises(Unreadable, match="larger than 2 MB"):
        read(SRT.ljust(MAX_BYTES + 1), filename="a.srt")


@pytest.mark.parametrize(
    "garbage",
    [b"garbage", b"%PDF-1.7\n1 0 obj\n", b"<html><p>404</p></html>", b"a: b --> c\n" * 50, b"[Script Info]\n"],
)
def test_garbage_is_refused_with_what_to_do(garbage):
    with pytest.raises(Unreadable, match="not one subtitle in this file.*Export the subtitles as SRT or WebVTT"):
        read(garbage, filename="a.srt")


def test_refusal_has_a_line_and_reads_as_its_sentence():
    with pytest.raises(Unreadable) as refusal:
        read(SRT + b"\n2\n00:00:03,000 --> 00:00:0x,000\nWhat?\n", filename="a.srt")

    assert refusal.value.line == 6
    assert str(refusal.value) == refusal.value.sentence
    assert refusal.value.sentence == (
        "Line 6: the times “00:00:03,000 --> 00:00:0x,000” cannot be read. "
        "Write them like 00:00:01,000 --> 00:00:02,500."
    )


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
@pytest.mark.parametrize(("data", "filename"), [(SRT, "a.srt"), (WEBVTT, "a.vtt")])
def test_any_line_end_will_do(data, filename, line_end):
    assert read(data.replace(b"\n", line_end), filename=filename).cues == read(data, filename=filename).cues


def test_mixed_line_ends_will_do():
    data = b"1\r\n00:00:01,000 --> 00:00:02,000\rYou\nlied.\r\n\r2\n00:00:03,000 --> 00:00:04,000\rWhat?"

    assert [cue.text for cue in read(data, filename="a.srt").cues] == ["You\nlied.", "What?"]


def test_only_the_line_ends_of_the_format_end_a_line():
    text = "one\u2028two\x0bthree\x85four"

    assert read(SRT_TIMES + text.encode(), filename="a.srt").cues[0].text == text


@pytest.mark.parametrize(("times", "filename"), [(SRT_TIMES, "a.srt"), (WEBVTT_TIMES, "a.vtt")])
def test_zero_bytes_show_as_replacement_characters(times, filename):
    document = read(times + b"Ly\0ing", filename=filename)

    assert document.cues[0].text == "Ly\ufffding"
    assert document.repairs == ["Zero bytes in the text show as \ufffd."]


@pytest.mark.parametrize("language", [None, "en", "ja", "zh", "ru", "tlh"])
@given(data=st.binary())
def test_any_bytes_are_read_or_refused(language, data):
    for filename in ("a.srt", "a.vtt"):
        for beginning in (b"", SRT_TIMES, WEBVTT_TIMES):
            try:
                document = read(beginning + data, filename=filename, language=language)
            except Unreadable as refusal:
                assert refusal.line >= 1
            else:
                assert [cue.start_ms for cue in document.cues] == sorted(cue.start_ms for cue in document.cues)


HOSTILE = {
    "2,000 digits in one line": b"9" * 2_000,
    "5,000 digits for numbers": b"9" * 5_000 + b"\n" + SRT_TIMES[2:] + b"\n\n" + b"9" * 5_000 + b"\n" + SRT_TIMES[2:],
    "2,000 digits for hours": b"1\n" + b"9" * 2_000 + b":00:00,000 --> 00:00:02,000\n",
    "2,000 digits for hours in WebVTT": b"WEBVTT\n\n" + b"9" * 2_000 + b":00:00.000 --> 00:00:02.000\n",
    "5,000 digits in a reference": WEBVTT_TIMES + b"&#" + b"9" * 5_000,
    "5,000 digits for a line": WEBVTT_TIMES.rstrip() + b" line:" + b"9" * 5_000,
    "5,000 digits for the lines of a region": b"WEBVTT\n\nREGION\nid:a\nlines:" + b"9" * 5_000 + b"\n\n",
    "a megabyte of digits": b"1:" + b"9" * 1_000_000,
    "8,000 blank lines": SRT_TIMES + b"\n" * 8_000 + b"late",
    "a megabyte of blank lines": SRT_TIMES + b"\n" * 1_000_000 + SRT_TIMES,
    "20,000 unclosed tags": SRT_TIMES + b"<i>" * 20_000,
    "20,000 unclosed tags in WebVTT": WEBVTT_TIMES + b"<c.a>" * 20_000,
    "20,000 unclosed rubies": WEBVTT_TIMES + b"<ruby><rt>" * 20_000,
    "20,000 half tags": SRT_TIMES + b"<font " * 20_000,
    "50,000 angle brackets": SRT_TIMES + b"<" * 50_000,
    "100,000 half override blocks": SRT_TIMES + b"{\\" * 100_000,
    "50,000 ampersands": SRT_TIMES + b"&" * 50_000,
    "50,000 colons": SRT_TIMES + b"1:" * 50_000,
    "200,000 spaces inside the times": SRT_TIMES.replace(b",", b" " * 200_000 + b","),
    "100,000 arrows in a line": SRT_TIMES + b"-->" * 100_000,
    "20,000 lines of arrows": b"WEBVTT\n\n" + b"-->\n" * 20_000,
    "5,000 regions and as many cues": b"WEBVTT\n\n" + b"REGION\nid:a\n\n" * 5_000 + WEBVTT_TIMES[8:] * 5_000,
    "20,000 settings": WEBVTT_TIMES.rstrip() + b" a:b" * 20_000,
    "5,000 different odd settings": b"WEBVTT\n\n"
    + b"".join(b"00:00.000 --> 00:01.000 a:%d\n\n" % number for number in range(5_000)),
    "a megabyte of zeros": b"\0" * 1_000_000,
    "zeros among text": SRT_TIMES + b"a\0\0" * 100_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_file_is_read_and_written_or_refused(data):
    try:
        document = read(data, filename="a.txt")
    except Unreadable:
        return

    assert len(document.repairs) <= 101
    for format in FORMATS if document.cues else ():
        assert len(read(write(document, format), filename="a.txt").cues) == len(document.cues)


def test_deep_nesting_has_a_tree():
    tree = cue_text.parse("<i>" * 20_000)

    depth = 0
    while tree:
        [tree] = [node.children for node in tree]
        depth += 1
    assert depth == 20_000
