import json
import re

import pytest
from django.core.management import CommandError, call_command

from tests.titles.media import footage
from titles.media.binaries import locate
from titles.media.measuring import measure
from titles.media.probing import probe

pytestmark = pytest.mark.media


@pytest.fixture
def film(tmp_path):
    return footage.film(tmp_path / "film.mp4")


def transcode(*arguments):
    call_command("transcode", *map(str, arguments), "--quality", "preview")


def loudness_lufs(path):
    probed = probe(path, ffprobe=locate("ffprobe"))
    return measure(path, probed, ffmpeg=locate("ffmpeg")).loudness.integrated_lufs


def test_each_step_is_printed_with_its_seconds(film, tmp_path, capsys):
    transcode(film, tmp_path / "made")

    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "2.000 s, 50 frames, as 216x384"
    assert [re.sub(r"\d+\.\d\d", "#", line).split() for line in printed[1:-1]] == [
        [step, "#", "s", "CPU", "#", "s", "wall"]
        for step in (
            "check",
            "encode",
            "sound",
            "join",
            "package",
            "storyboard",
            "posters",
            "peaks",
            "mezzanine",
            "total",
        )
    ]


def test_the_folder_has_an_edition_to_play(film, tmp_path, capsys):
    transcode(film, tmp_path / "made", "--json")

    made = json.loads(capsys.readouterr().out)
    (entrance,) = (tmp_path / "made").glob("editions/*/master.m3u8")
    assert made["master"] == str(entrance)
    assert (made["quality"], made["frame_count"], len(made["streams"])) == ("preview", 50, 2)


def test_the_sound_is_leveled_as_the_check_measured_it(tmp_path, capsys):
    loud = footage.film(tmp_path / "loud.mp4", seconds=5, sound_filters="volume=15dB")

    transcode(loud, tmp_path / "made")

    assert loudness_lufs(tmp_path / "made" / "mezzanine.mp4") == pytest.approx(-16, abs=0.5)


def test_a_rejected_file_is_not_transcoded_and_says_what_to_do(film, tmp_path):
    half = footage.cut_off(tmp_path / "half.mp4", film, share=0.6)

    with pytest.raises(CommandError, match="upload the whole file"):
        transcode(half, tmp_path / "made")

    assert not (tmp_path / "made").exists()


def test_a_file_outside_a_limit_is_transcoded_and_the_limit_named(film, tmp_path, capsys):
    transcode(film, tmp_path / "made")

    assert "needs waiver: The picture is 216x384" in capsys.readouterr().err


def test_a_folder_in_use_is_refused_before_any_work(film, tmp_path):
    with pytest.raises(CommandError, match="is not empty"):
        transcode(film, tmp_path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"gone\.mp4: No such file"):
        transcode(tmp_path / "gone.mp4", tmp_path / "made")


def test_the_accepted_qualities_are_named(film, tmp_path):
    with pytest.raises(CommandError, match="'preview', 'publish', 'archive'"):
        call_command("transcode", str(film), str(tmp_path / "made"), "--quality", "best")
