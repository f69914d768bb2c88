import pytest

from localization.formats import Cue, Unreadable, read

LIE = Cue(1_000, 2_500, "You lied.", "1")
WHAT = Cue(3_000, 4_000, "What?", "2")


def read_srt(text: str):
    return read(text.encode(), filename="episode.srt")


def test_regular_file_needs_no_repair():
    document = read_srt("1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n")

    assert document.cues == [LIE, WHAT]
    assert document.repairs == []


MENDED = {
    "byte order mark": (
        "\ufeff1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?",
        [],
    ),
    "no line end at the end": (
        "1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?",
        [],
    ),
    "blank lines around everything": (
        "\n\n1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n\n\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n\n\n",
        [],
    ),
    "blanks around numbers and times": (
        " 1 \n  00:00:01,000   -->   00:00:02,500  \nYou lied.\n \n2\t\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        [],
    ),
    "no space around the arrow": (
        "1\n00:00:01,000-->00:00:02,500\nYou lied.\n\n2\n00:00:03,000-->00:00:04,000\nWhat?\n",
        [],
    ),
    "single digits in hours": (
        "1\n0:00:01,000 --> 0:00:02,500\nYou lied.\n\n2\n0:00:03,000 --> 0:00:04,000\nWhat?\n",
        [],
    ),
    "points": (
        "1\n00:00:01.000 --> 00:00:02.500\nYou lied.\n\n2\n00:00:03.000 --> 00:00:04.000\nWhat?\n",
        ["Lines 2 and 6: the decimals of the times stood behind a point or colon instead of a comma."],
    ),
    "colons for commas": (
        "1\n00:00:01:000 --> 00:00:02:500\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 2: the decimals of the times stood behind a point or colon instead of a comma."],
    ),
    "no hours": (
        "1\n00:01,000 --> 00:02,500\nYou lied.\n\n2\n00:03,000 --> 00:04,000\nWhat?\n",
        ["Lines 2 and 6: the hours were missing from the times."],
    ),
    "no decimals": (
        "1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n\n2\n00:00:03 --> 00:00:04\nWhat?\n",
        ["Line 6: the times did not have three decimals; they were read as parts of a second."],
    ),
    "one decimal": (
        "1\n00:00:01,0 --> 00:00:02,5\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 2: the times did not have three decimals; they were read as parts of a second."],
    ),
    "six decimals": (
        "1\n00:00:01,000000 --> 00:00:02,500999\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 2: the times did not have three decimals; they were read as parts of a second."],
    ),
    "spaces after colons": (
        "1\n00: 00: 01, 000 --> 00: 00: 02, 500\nYou lied.\n\n2\n00 :00:03 ,000 --> 00:00:04,000\nWhat?\n",
        [],
    ),
    "short arrow": (
        "1\n00:00:01,000 -> 00:00:02,500\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 2: the times were written in an unusual way."],
    ),
    "no arrow": (
        "1\n00:00:01,000 00:00:02,500\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 2: the times were written in an unusual way."],
    ),
    "arrow escaped for the web": (
        "1\n00:00:01,000 --&gt; 00:00:02,500\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 2: the times were written in an unusual way."],
    ),
    "arrow torn by a translation tool": (
        "1\n00:00:01,000 - -> 00:00:02,500\nYou lied.\n\n2\n00:00:03,000 —> 00:00:04,000\nWhat?\n",
        ["Lines 2 and 6: the times were written in an unusual way."],
    ),
    "full-width times": (
        "1\n００：００：０１，０００　－－＞　００：００：０２，５００\nYou lied.\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 2: the times were written in an unusual way."],
    ),
    "coordinates": (
        "1\n00:00:01,000 --> 00:00:02,500 X1:40 X2:600 Y1:20 Y2:50\nYou lied.\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 2: the coordinates behind the times were left out."],
    ),
    "text on the line of the times": (
        "1\n00:00:01,000 --> 00:00:02,500 You lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 2: the text began on the line of the times."],
    ),
    "no blank line between cues": (
        "1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 4: the blank line above the cue was missing."],
    ),
    "blank line below the number": (
        "1\n\n00:00:01,000 --> 00:00:02,500\n\nYou lied.\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\nWhat?\n\n",
        ["Lines 2 and 8: a blank line between the number and the times was closed up."],
    ),
    "words above the first cue": (
        "Lantern Studios\n\n1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n",
        ["Line 1: the words above the first cue were left out."],
    ),
    "later cue first": (
        "2\n00:00:03,000 --> 00:00:04,000\nWhat?\n\n1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n",
        [
            "The numbers do not count on from here; they are counted anew on export.",
            "Line 6: the cue stood below a later one and was moved up.",
        ],
    ),
}


@pytest.mark.parametrize(("text", "repairs"), MENDED.values(), ids=MENDED.keys())
def test_malformed_file_is_mended_and_says_so(text, repairs):
    document = read_srt(text)

    assert document.cues == [LIE, WHAT]
    assert document.repairs == repairs


REFUSED = {
    "letter in the times": "00:00:0l,000 --> 00:00:02,500",
    "no end": "00:00:01,000 -->",
    "no start": "1: --> 00:00:02,500",
    "negative": "-00:00:01,000 --> 00:00:02,500",
    "frames": "00:00:01:12 --> 00:00:02:20",
    "five groups": "00:00:00:01:000 --> 00:00:02,500",
    "hours without end": "1234567:00:00,000 --> 00:00:02,500",
    "letters behind the end": "00:00:01,000 --> 00:00:02,5OO",
    "end damaged": "00:00:01,000 --> OO:00:02,500",
}


@pytest.mark.parametrize("times", REFUSED.values(), ids=REFUSED.keys())
def test_damaged_times_refuse_the_file_and_name_the_line(times):
    with pytest.raises(Unreadable, match="Line 6: the times “.*” cannot be read. Write them like") as refusal:
        read_srt(f"1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n\n2\n{times}\nWhat?\n")

    assert refusal.value.line == 6


@pytest.mark.parametrize(
    "speech",
    [
        "Meet me at 10:30 --> sharp",
        "10:30 --> leave",
        "- 10:30, and don't be late",
        "a --> b",
        "3 --> 4",
        "12:30",
        "9:00 - 17:00",
        "9:00:00 -> 17:00:00",
    ],
)
def test_speech_is_not_taken_for_times(speech):
    document = read_srt(f"1\n00:00:01,000 --> 00:00:02,500\n{speech}\n")

    assert [cue.text for cue in document.cues] == [speech.replace("-->", "--&gt;")]


def test_sixty_seconds_are_carried_over():
    document = read_srt("1\n00:00:60,000 --> 00:61:00,000\nx\n")

    assert document.cues == [Cue(60_000, 3_660_000, "x", "1")]
    assert document.repairs == ["Line 2: the times had 60 or more minutes or seconds, which were carried over."]


def test_missing_numbers_are_said_once():
    document = read_srt("00:00:01,000 --> 00:00:02,500\nYou lied.\n\n00:00:03,000 --> 00:00:04,000\nWhat?\n")

    assert [cue.identifier for cue in document.cues] == ["", ""]
    assert document.repairs == ["Lines 1 and 4: the cue had no number."]


def test_number_spoken_last_stays_in_the_text_when_a_blank_line_follows():
    document = read_srt("1\n00:00:01,000 --> 00:00:02,500\nHow many?\n42\n\n00:00:03,000 --> 00:00:04,000\nWhat?\n")

    assert [cue.text for cue in document.cues] == ["How many?\n42", "What?"]


def test_number_spoken_alone_below_a_blank_line_stays_when_it_does_not_count_on():
    document = read_srt("1\n00:00:01,000 --> 00:00:02,500\nHow many?\n\n42\n\n00:00:03,000 --> 00:00:04,000\nWhat?\n")

    assert [cue.text for cue in document.cues] == ["How many?\n42", "What?"]


def test_number_spoken_last_stays_even_where_it_would_count_on():
    document = read_srt("1\n00:00:01,000 --> 00:00:02,500\nHow many?\n2\n\n00:00:03,000 --> 00:00:04,000\nWhat?\n")

    assert [cue.text for cue in document.cues] == ["How many?\n2", "What?"]


def test_text_on_the_line_of_times_may_follow_whole_seconds():
    assert read_srt("1\n00:00:01 --> 00:00:02 You lied.\n").cues == [Cue(1_000, 2_000, "You lied.", "1")]


def test_text_on_the_line_of_times_keeps_its_full_width_marks():
    document = read_srt("1\n00:00:01,000 --> 00:00:02,500 你骗了我，总裁：３次\n")

    assert document.cues[0].text == "你骗了我，总裁：３次"
    assert document.repairs == ["Line 2: the text began on the line of the times."]


def test_blank_line_inside_a_text_is_closed_up():
    document = read_srt("1\n00:00:01,000 --> 00:00:02,500\nYou\n\nlied.\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n")

    assert [cue.text for cue in document.cues] == ["You\nlied.", "What?"]
    assert document.repairs == ["Line 3: a blank line inside the text was closed up."]


def test_cue_without_text_is_kept():
    document = read_srt("1\n00:00:01,000 --> 00:00:02,500\n\n2\n00:00:03,000 --> 00:00:04,000\nWhat?\n")

    assert document.cues == [Cue(1_000, 2_500, "", "1"), WHAT]


def test_blanks_inside_a_text_are_left_alone():
    assert read_srt("1\n00:00:01,000 --> 00:00:02,500\n  You \n\tlied.\n").cues[0].text == "  You \n\tlied."


def test_settings_behind_the_times_are_kept():
    assert read_srt("1\n00:00:01,000 --> 00:00:02,500 line:0 align:left\nx").cues[0].settings == {
        "line": "0",
        "align": "left",
    }


@pytest.mark.parametrize(
    ("times", "remark"),
    [
        ("00:00:05,000 --> 00:00:05,000", "the cue ends as it starts, so nobody sees it; its times were kept."),
        ("00:00:05,000 --> 00:00:03,000", "the cue ends before it starts; its times were kept as written."),
        ("00:00:02,000 --> 00:00:05,000", "the cue starts before an earlier one has ended; both were kept."),
    ],
)
def test_odd_durations_are_kept_and_said(times, remark):
    document = read_srt(f"1\n00:00:01,000 --> 00:00:02,500\nYou lied.\n\n2\n{times}\nWhat?\n")

    assert len(document.cues) == 2
    assert document.repairs == [f"Line 6: {remark}"]


def test_overlap_is_found_across_a_cue_in_between():
    document = read_srt(
        "1\n00:00:00,000 --> 00:00:09,000\na\n\n"
        "2\n00:00:01,000 --> 00:00:02,000\nb\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\nc\n"
    )

    assert document.repairs == ["Lines 6 and 10: the cue starts before an earlier one has ended; both were kept."]


def test_a_thousand_like_repairs_are_one_sentence():
    document = read_srt("\n\n".join(f"00:{n // 60:02}:{n % 60:02},000 --> 00:59:00,000" for n in range(1_000)))

    assert document.repairs[0] == "Lines 1, 3, 5, 7, 9 and 995 more: the cue had no number."
