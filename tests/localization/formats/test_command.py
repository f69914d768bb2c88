import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

SRT = "1\n00:00:01.000 --> 00:00:02.500\nYou <v Ann>lied</v>.\n"


@pytest.fixture
def srt(tmp_path):
    path = tmp_path / "episode.srt"
    path.write_text(SRT)
    return path


def output(*arguments) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("subtitles", *map(str, arguments), stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def test_report_says_what_the_file_holds_and_what_was_mended(srt):
    assert output(srt) == (
        "episode.srt: 1 cue from 00:00:01.000 to 00:00:02.500, utf-8\n"
        "  mended: Line 2: the decimals of the times stood behind a point or colon instead of a comma.\n"
        "  mended: Line 2: the tag <v> was left out.\n",
        "",
    )


def test_report_says_what_is_wrong(tmp_path):
    path = tmp_path / "empty.vtt"
    path.write_text("WEBVTT\n")

    assert output(path)[0] == "empty.vtt: no cues, utf-8\n  wrong: There is not one subtitle in this document.\n"


def test_converted_file_goes_out_alone_and_the_report_beside_it(srt):
    out, err = output(srt, "--to", "vtt")

    assert out == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nYou lied.\n"
    assert err.splitlines()[0] == "episode.srt: 1 cue from 00:00:01.000 to 00:00:02.500, utf-8"


def test_what_the_other_format_cannot_hold_is_reported(tmp_path):
    path = tmp_path / "episode.vtt"
    path.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hi\n")

    assert "  dropped: Not kept in cue 1: the names of speakers.\n" in output(path, "--to", "srt")[1]


def test_json_holds_everything(srt):
    answer = json.loads(output(srt, "--to", "vtt", "--json")[0])

    assert answer["cues"] == [
        {"start_ms": 1_000, "end_ms": 2_500, "text": "You lied.", "identifier": "1", "settings": {}}
    ]
    assert answer["encoding"] == "utf-8"
    assert answer["problems"] == []
    assert answer["converted"] == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nYou lied.\n"


def test_language_opens_an_older_encoding(tmp_path):
    path = tmp_path / "episode.srt"
    path.write_bytes("1\n00:00:01,000 --> 00:00:02,500\n私を騙したのね。\n".encode("shift_jis"))

    assert json.loads(output(path, "--language", "ja", "--json")[0])["cues"][0]["text"] == "私を騙したのね。"
    with pytest.raises(CommandError, match="Name the language of the subtitles"):
        output(path)


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_unreadable_file_ends_in_one_sentence_and_exit_code_1(tmp_path, arguments):
    path = tmp_path / "episode.srt"
    path.write_text("garbage")

    with pytest.raises(CommandError, match="There is not one subtitle in this file") as refusal:
        output(path, *arguments)

    assert refusal.value.returncode == 1


def test_unknown_format_names_those_that_can_be_written(srt):
    with pytest.raises(CommandError, match="Choose one of srt, vtt, vtt-positioned"):
        output(srt, "--to", "doc")


def test_missing_file_is_said(tmp_path):
    with pytest.raises(CommandError, match="nowhere.srt cannot be opened: No such file or directory."):
        output(tmp_path / "nowhere.srt")
