"""Uploads that name other files and addresses. Nothing that they name is opened, on any supported ffmpeg.

The kernel tells (inotify) whether the other film was opened, and a listener whether anybody called. Sniffing, forced
demuxers and walls each stop them alone; what is below walls and sniffing is tried with both out of the way.
"""

from pathlib import Path

import pytest

from tests.titles.media import footage
from tests.titles.media.tools import Tools, found
from tests.titles.media.watching import listening, watched
from titles.media.checking import check
from titles.media.limits import MediaLimits
from titles.media.sandbox import Limits, hostile_input, run
from titles.media.walls import Isolation

pytestmark = pytest.mark.media

NAMES = ("film.mp4", "film.m3u8", "film.mkv")


@pytest.fixture(scope="module")
def others(tmp_path_factory) -> Path:
    """Somebody else's film, in the folder that the attacks come to lie in."""
    return footage.film(tmp_path_factory.mktemp("others") / "others.mp4", seconds=0.2)


def attacks(folder: Path, others: Path, address: str, name: str) -> dict[str, Path]:
    """Every attack as a file called ``name``, in a folder of its own, with a copy of the other film beside it."""
    made = {}
    shapes = {
        "a playlist of a file": lambda path: footage.playlist(path, others),
        "a playlist of a neighbour": lambda path: footage.playlist_of(path, others.name),
        "a playlist of an address": lambda path: footage.playlist_of(path, f"http://{address}/film.mp4"),
        "a playlist that joins": lambda path: footage.playlist_of(path, f"concat:http://{address}/x|file:{others}"),
        "a script of a neighbour": lambda path: footage.script(path, others),
        "a script of a file": lambda path: footage.script_of(path, f"'{others}'"),
        "a script of an address": lambda path: footage.script_of(path, f"http://{address}/film.mp4"),
        "a manifest of an address": lambda path: footage.manifest_of(path, f"http://{address}/film.mp4"),
        "a manifest of a file": lambda path: footage.manifest_of(path, f"file://{others}"),
        "a session": lambda path: footage.session_of(path, int(address.partition(":")[2])),
        "a drawing of a file": lambda path: footage.drawing_of(path, others),
        "a drawing of an address": lambda path: footage.drawing_with(path, f"http://{address}/film.png"),
    }
    for what, shape in shapes.items():
        made[what] = shape(folder / f"{len(made)}-{name}")
        made[f"{what}, disguised"] = footage.disguised(folder / f"{len(made)}-{name}", made[what])
    return made


@pytest.mark.parametrize("name", NAMES)
def test_each_is_rejected_unread_and_opens_nothing_else(others, name):
    """Which ffmpeg it is does not matter but for what is disguised; the disguised meet each of them below."""
    tools = found("bundled")
    with watched(others) as was_opened, listening() as (address, calls):
        for what, upload in attacks(others.parent, others, address, name).items():
            inspection = check(upload, MediaLimits(), ffmpeg=tools.ffmpeg, ffprobe=tools.ffprobe)
            told = [(str(finding.severity), finding.rule) for finding in inspection.findings]

            assert (what, told, was_opened(), calls()) == (what, [("rejected", "readable")], False, 0)


def test_no_supported_ffmpeg_follows_one_without_walls_and_without_sniffing(others, tools: Tools, tmp_path):
    with watched(others) as was_opened, listening() as (address, calls):
        for what, upload in attacks(others.parent, others, address, "film.mp4").items():
            for program, by_descriptor in tools.both():
                ended = read_by_arguments_alone(program, upload, by_descriptor, tmp_path)

                assert (what, ended.exit_code != 0, ended.stdout) == (what, True, b"")
                assert (what, was_opened(), calls()) == (what, False, 0)


def test_pictures_that_lie_elsewhere_are_not_fetched(others, tools: Tools, tmp_path):
    film = footage.elsewhere(tmp_path / "film.mov", others, others)
    with watched(others) as was_opened:
        for program, by_descriptor in tools.both():
            read_by_arguments_alone(program, film, by_descriptor, tmp_path)
        inspection = check(film, MediaLimits(), ffmpeg=tools.ffmpeg, ffprobe=tools.ffprobe)

        assert (str(inspection.verdict), was_opened()) == ("rejected", False)


def read_by_arguments_alone(program: Path, upload: Path, by_descriptor: bool, work: Path):
    """Have ``program`` decode what it can of ``upload`` by our arguments; nothing else holds it back."""
    to_output = ["-f", "null", "-"] if program.name.startswith("ffmpeg") else ["-show_frames"]
    with upload.open("rb") as stdin:
        return run(
            [program, "-v", "error", *hostile_input("mov", by_descriptor=by_descriptor), *to_output],
            work_folder=work,
            limits=Limits(wall_s=20),
            isolation=Isolation.LIMITS_ONLY,
            stdin=stdin,
        )


@pytest.mark.parametrize("attack", ["script", "address"])
def test_the_watchers_would_have_seen_it(others, tools: Tools, attack):
    """Called plainly, every ffmpeg plays the neighbour of a script, and calls an address that it is given."""
    upload = footage.script(others.parent / "plain.mp4", others)
    with watched(others) as was_opened, listening() as (address, calls):
        source = upload if attack == "script" else f"http://{address}/film.mp4"
        command = [tools.ffmpeg, "-v", "error", "-rw_timeout", "100000", "-i", source, "-f", "null", "-"]
        run(command, work_folder=others.parent, isolation=Isolation.LIMITS_ONLY, limits=Limits(wall_s=20))

        assert (was_opened(), calls() > 0) == ((True, False) if attack == "script" else (False, True))
