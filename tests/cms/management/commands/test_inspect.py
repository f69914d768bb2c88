import json

import pytest
from django.core.management import CommandError, call_command

from tests.titles.media import footage

pytestmark = pytest.mark.media


@pytest.fixture
def film(tmp_path):
    return footage.film(tmp_path / "film.mp4")


@pytest.fixture
def limits(tmp_path):
    """Limits that the tiny film keeps."""
    path = tmp_path / "limits.json"
    path.write_text('{"shortest_ms": 1000, "least_width_px": 216, "least_height_px": 384}')
    return path


def inspect(*arguments):
    """Return the exit code of the command."""
    with pytest.raises(SystemExit) as ended:
        call_command("inspect", *map(str, arguments))
    return ended.value.code


def test_an_accepted_film_exits_with_0(film, limits, capsys):
    assert inspect(film, "--limits", limits) == 0
    assert capsys.readouterr().out == (
        "film.mp4: accepted\n  2.0 s, h264 216x384 at 25 per second, aac 1 channels at 48000 Hz\n"
    )


def test_a_film_that_needs_a_waiver_exits_with_2(film, limits, capsys):
    limits.write_text('{"shortest_ms": 1000, "least_width_px": 216}')

    assert inspect(film, "--limits", limits) == 2
    assert capsys.readouterr().out.splitlines()[2:] == [
        "  needs waiver: The picture is 216x384; at least 216x1920 is expected."
        " Export it from the original project, without enlarging it."
    ]


def test_a_rejected_file_exits_with_1_and_says_what_to_do(tmp_path, film, capsys):
    assert inspect(footage.playlist(tmp_path / "film2.mp4", film)) == 1
    assert capsys.readouterr().out == (
        "film2.mp4: rejected\n  rejected: This is an HLS playlist, not a film."
        " Export the episode as MP4 or MOV and upload that.\n"
    )


def test_the_shipped_limits_hold_without_others(film, capsys):
    assert inspect(film, "--json") == 2

    result = json.loads(capsys.readouterr().out)
    assert result["verdict"] == "needs waiver"
    assert [finding["rule"] for finding in result["findings"]] == ["duration", "size"]
    assert result["probe"]["video"]["width_px"] == 216


def test_a_file_that_is_not_there_is_said_in_one_sentence(tmp_path):
    with pytest.raises(CommandError, match=r"film\.mp4 cannot be read: No such file or directory\.$"):
        call_command("inspect", str(tmp_path / "film.mp4"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("{", "is not JSON"), ("[]", "has to hold one JSON object"), ('{"longest": 1}', "There is no limit longest")],
)
def test_limits_that_cannot_be_used_are_said_in_one_sentence(film, limits, text, complaint):
    limits.write_text(text)

    with pytest.raises(CommandError, match=complaint):
        call_command("inspect", str(film), "--limits", str(limits))


def test_a_wrong_setting_for_ffmpeg_is_said_in_one_sentence(film, settings, tmp_path):
    settings.FFMPEG = str(tmp_path)

    with pytest.raises(CommandError, match="there is no program ffmpeg"):
        call_command("inspect", str(film))
