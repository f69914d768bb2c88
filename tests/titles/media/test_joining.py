"""Chunks are exact: whatever the master is like, its chunks joined are the film that one run makes of it."""

import json
import subprocess
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.titles.media.footage import UNEVEN, film, made, turned
from titles.media.binaries import locate
from titles.media.chunking import chunks_of
from titles.media.encoding import FrameCountDiffers, chunk_command, encode_chunk, fingerprint
from titles.media.joining import join
from titles.media.ladder import Quality
from titles.media.planning import key_frames_us, plan_for
from titles.media.probing import probe
from titles.media.workshop import Programs, Workshop

pytestmark = pytest.mark.media

FFMPEG, FFPROBE = locate("ffmpeg"), locate("ffprobe")
#: Frames refer to later ones, also across key frames, of which there are three in two seconds.
OUT_OF_ORDER = ["-preset", "veryfast", "-bf", "3", "-g", "17", "-x264-params", "open-gop=1"]


def planned(source, **wishes):
    """A plan with chunks of two GOPs at most: a film of seven has two."""
    plan = plan_for(source, Programs.found(), **wishes)
    key_frames = key_frames_us(source, probe(source, ffprobe=FFPROBE), ffprobe=FFPROBE)
    return replace(plan, chunks=chunks_of(plan.frame_count, plan.cadence, key_frames, longest_s=5))


def in_one(plan):
    return replace(plan, chunks=chunks_of(plan.frame_count, plan.cadence, [0]))


def shoot(folder, **wishes):
    return film(folder / "master.mp4", **{"seconds": 7, "width_px": 72, "height_px": 128, **wishes})


def trimmed(folder):
    return made(folder / "trimmed.mp4", "-ss", "0.9", "-i", str(shoot(folder, options=OUT_OF_ORDER)), "-c", "copy")


def in_matroska(folder):
    return made(folder / "master.mkv", "-i", str(shoot(folder, options=OUT_OF_ORDER)), "-c", "copy")


MASTERS = {
    "frames out of order": lambda folder: shoot(folder, options=OUT_OF_ORDER),
    "30000/1001": lambda folder: shoot(folder, rate="30000/1001", options=OUT_OF_ORDER),
    "thinned": lambda folder: shoot(folder, rate="100", options=["-g", "50"]),
    "uneven": lambda folder: shoot(folder, picture_filters=UNEVEN, options=["-fps_mode", "vfr", "-g", "20"]),
    "late": lambda folder: shoot(folder, picture_filters="setpts=PTS+0.4/TB", options=OUT_OF_ORDER),
    "trimmed": trimmed,
    "Matroska": in_matroska,
    "all key frames": lambda folder: shoot(folder, options=["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"]),
    "turned": lambda folder: turned(folder / "turned.mp4", shoot(folder, options=OUT_OF_ORDER)),
}


def fed(plan, source, folder):
    """A digest of each frame that the top rung's encoder is given, chunk after chunk."""
    frames = []
    for chunk in plan.chunks:
        command = chunk_command(plan, chunk, FFMPEG)
        digests = folder / f"{len(plan.chunks)}-{chunk.index}.md5"
        fed_to = ["-map", "[rung0]", "-fps_mode", "passthrough", "-f", "framemd5", digests]
        with source.open("rb") as content:
            subprocess.run([FFMPEG, *command[: command.index("-map")], *fed_to], stdin=content, check=True)
        frames += [line.split(",")[-1] for line in digests.read_text().splitlines() if not line.startswith("#")]
    return frames


def joined(plan, source, folder):
    folder.mkdir()
    workshop = Workshop(folder, Programs.found())
    return join(workshop, plan, [encode_chunk(workshop, source, plan, chunk) for chunk in plan.chunks])


def packets(rung):
    command = [FFPROBE, "-v", "error", "-of", "json", "-show_entries", "packet=pts,flags", rung]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["packets"]


@pytest.mark.parametrize("kind", MASTERS)
def test_chunks_get_the_very_frames_that_one_run_gets(kind, tmp_path):
    source = MASTERS[kind](tmp_path)
    plan = planned(source)

    in_one_run = fed(in_one(plan), source, tmp_path)

    assert len(plan.chunks) > 1
    assert abs(len(in_one_run) - plan.frame_count) <= plan.frames_unsure
    assert fed(plan, source, tmp_path) == in_one_run


@pytest.mark.parametrize("rate", ["25", "30000/1001"])
def test_frames_follow_each_other_evenly_across_the_joints(rate, tmp_path):
    source = shoot(tmp_path, rate=rate, options=OUT_OF_ORDER)
    plan = planned(source)

    (rung,) = joined(plan, source, tmp_path / "chunks")
    found = packets(rung)
    times = sorted(packet["pts"] for packet in found)

    gop = plan.cadence.gop_frames
    assert len({later - earlier for earlier, later in pairwise(times)}) == 1
    assert [packet["pts"] for packet in found if "K" in packet["flags"]] == times[::gop]


def test_a_piece_that_lost_frames_since_it_was_counted_is_noticed(tmp_path):
    source = shoot(tmp_path, seconds=1)
    workshop, plan = Workshop(tmp_path, Programs.found()), plan_for(source, Programs.found())
    (chunk,) = plan.chunks
    piece = encode_chunk(workshop, source, plan, chunk)

    with pytest.raises(FrameCountDiffers, match="26 frames, and 25 after"):
        join(workshop, plan, [replace(piece, frame_count=26)])


def test_one_rung_alone_comes_out_as_it_does_among_the_others(tmp_path):
    source = film(tmp_path / "two.mp4", seconds=1, width_px=400, height_px=712)
    plan = plan_for(source, Programs.found(), quality=Quality.PREVIEW)

    _, lower = joined(plan, source, tmp_path / "all")
    (alone,) = joined(plan.only(360, 640), source, tmp_path / "one")

    assert alone.read_bytes() == lower.read_bytes()


def test_whatever_changes_the_bytes_changes_the_fingerprint(tmp_path):
    source = shoot(tmp_path, seconds=1)
    plan = plan_for(source, Programs.found())
    others = [
        plan_for(source, Programs.found(), quality=Quality.PREVIEW),
        replace(plan, encoder="another build"),
        replace(plan, chunks=(replace(plan.chunks[0], is_last=False),)),
    ]

    digests = {fingerprint(each, FFMPEG) for each in [plan, plan_for(source, Programs.found()), *others]}

    assert len(digests) == 4
