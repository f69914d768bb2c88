"""The system check names the ffmpeg in use and what it lacks, before anybody uploads anything."""

import pytest
from django.core.checks import ERROR, WARNING

from tests.titles.media.test_binaries import OLD, program
from tests.titles.media.tools import MISSING, found
from titles.media import walls
from titles.media.binaries import locate
from titles.media.checks import programs_are_named, programs_are_there


def told(messages, least=WARNING):
    return [(message.id, message.msg) for message in messages if message.level >= least]


@pytest.mark.media
def test_the_bundled_ffmpeg_wants_nothing_but_is_named_with_what_it_could_not_do():
    assert [each for each in told(programs_are_there()) if "octavo.W026" not in each] == []

    named = [message.msg for message in programs_are_named()]
    assert str(locate("ffmpeg")) in named[0] and "ffmpeg n8" in named[0]
    assert named[1].startswith("This ffmpeg lacks filter zscale.")


@pytest.mark.media
def test_debians_ffmpeg_is_used_with_a_warning(settings):
    debians = found("debian")
    if debians is None:
        pytest.skip(MISSING["debian"])
    settings.FFMPEG = str(debians.ffmpeg)

    (warning,) = [each for each in told(programs_are_there()) if each[0] == "octavo.W022"]
    assert warning[1].startswith("ffmpeg 5.1") and f" at {debians.ffmpeg} lacks protocol fd." in warning[1]


def test_an_ffmpeg_that_cannot_do_what_is_needed_is_an_error(settings, tmp_path):
    settings.FFMPEG = str(program(tmp_path / "ffmpeg", OLD))

    (error,) = told(programs_are_there(), ERROR)
    assert error[0] == "octavo.E021" and "encoder mjpeg" in error[1] and "filter ebur128" in error[1]


def test_a_setting_that_names_no_program_is_an_error(settings, tmp_path):
    settings.FFMPEG = str(tmp_path)

    assert [identity for identity, _text in told(programs_are_there())] == ["octavo.E020"]
    assert programs_are_named() == []


@pytest.mark.media
def test_walls_that_are_required_and_missing_are_an_error(settings, tmp_path, monkeypatch):
    settings.SANDBOX = "required"
    monkeypatch.setenv("PATH", str(tmp_path))

    assert [identity for identity, _text in told(programs_are_there())] == ["octavo.E025"]
    assert not walls.has_bubblewrap()
