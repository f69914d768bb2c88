import hashlib
import json
import subprocess

import pytest

from tests.titles.media.footage import cut_off, film
from tests.titles.media.watching import children
from titles.media.binaries import locate
from titles.media.encoding import FrameCountDiffers
from titles.media.ladder import Quality
from titles.media.manifests import edition_files
from titles.media.parts import Sound, SoundRole
from titles.media.producing import HOPELESS, PRODUCTION, AlreadyThere, produce
from titles.media.sandbox import Cancelled
from titles.media.sniffing import NotFilm
from titles.media.streams import FACTS, IFRAMES, PLAYLIST, STREAM, facts_from_json
from titles.media.waveform import PEAKS

pytestmark = pytest.mark.media

FFMPEG, FFPROBE = locate("ffmpeg"), locate("ffprobe")


@pytest.fixture(scope="module")
def episode(tmp_path_factory):
    """Five seconds for two rungs, so restless that the caps hold them down."""
    path = tmp_path_factory.mktemp("master") / "episode.mp4"
    return film(path, seconds=5, width_px=400, height_px=712, picture_filters="noise=alls=40:allf=t")


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def production(episode, tmp_path_factory, told):
    folder = tmp_path_factory.mktemp("made") / "production"
    return produce(episode, folder, quality="preview", on_progress=lambda step, share: told.append((step, share)))


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def played(address, which="v"):
    """Play from start to end; return how many frames came out, and the complaints."""
    command = [FFMPEG, "-v", "error", "-i", address, "-map", f"0:{which}:0", "-progress", "pipe:1", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, check=True, text=True)
    counts = [line.removeprefix("frame=") for line in told.stdout.splitlines() if line.startswith("frame=")]
    return int(counts[-1]) if counts else None, told.stderr


def test_a_production_is_a_folder_of_streams_with_a_poster_and_a_mezzanine(production):
    streams = [
        f"packages/{facts.digest}/{name}"
        for facts in production.pictures
        for name in (STREAM, PLAYLIST, IFRAMES, FACTS)
    ]
    streams += [f"packages/{production.sound.digest}/{name}" for name in (STREAM, PLAYLIST, FACTS, PEAKS)]
    board = production.storyboard
    streams += [f"packages/{board.stream}/{name}" for name in (board.index, *board.sheets)]
    posters = [poster.name for poster in production.posters]

    assert files_in(production.folder) == sorted([*streams, *posters, "mezzanine.mp4", PRODUCTION])


def test_the_storyboard_lies_with_the_smallest_rung(production):
    board = production.storyboard

    assert (board.stream, board.count, board.every_ms) == (production.pictures[-1].digest, 3, 2_000)


def test_the_best_of_the_posters_is_taken(production):
    best, *others = production.posters

    assert (best.name, best.sha256) == (production.poster.name, production.poster.sha256)
    assert all(best.sharpness >= other.sharpness for other in others)


def test_nothing_stays_beside_the_folder(production):
    assert [path.name for path in production.folder.parent.iterdir()] == [production.folder.name]


def test_the_rungs_are_those_of_the_ladder(production):
    assert [(facts.width_px, facts.height_px) for facts in production.pictures] == [(400, 712), (360, 640)]


def test_all_frames_are_there(production):
    assert production.frame_count == 125
    assert [facts.frame_count for facts in production.pictures] == [125, 125]
    assert production.duration_ms == 5_000


def test_the_record_in_the_folder_says_what_was_returned(production):
    stored = json.loads((production.folder / PRODUCTION).read_text())

    assert stored == json.loads(json.dumps(production.to_json()))
    assert [facts_from_json(facts) for facts in stored["streams"]] == [*production.pictures, production.sound]


def test_each_step_says_what_it_cost(production):
    assert [effort.step for effort in production.efforts] == [
        *("encode", "sound", "join", "package", "storyboard", "posters", "peaks", "mezzanine")
    ]
    assert all(effort.cpu_s > 0 and effort.wall_s > 0 for effort in production.efforts)


def test_progress_names_the_steps_and_never_falls(production, told):
    shares = [share for _, share in told]

    assert list(dict.fromkeys(step for step, _ in told)) == [
        *("encode", "sound", "join", "package", "storyboard", "mezzanine")
    ]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_the_mezzanine_is_the_top_rung_with_the_sound_and_plays_while_it_loads(production):
    file = production.folder / production.mezzanine.name
    entries = ["-of", "json", "-show_entries", "stream=codec_name,width,height,nb_frames"]
    told = subprocess.run([FFPROBE, "-v", "error", *entries, file], capture_output=True, check=True)
    picture, sound = json.loads(told.stdout)["streams"]

    assert picture == {"codec_name": "h264", "width": 400, "height": 712, "nb_frames": "125"}
    assert sound["codec_name"] == "aac"
    assert file.read_bytes().index(b"moov") < file.read_bytes().index(b"mdat")
    assert production.mezzanine.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_same_master_gives_the_same_bytes(episode, production, tmp_path):
    again = produce(episode, tmp_path / "again", quality=Quality.PREVIEW)

    assert (again.pictures, again.sound) == (production.pictures, production.sound)
    assert (again.poster, again.mezzanine) == (production.poster, production.mezzanine)


def test_every_rung_plays_from_start_to_end(production):
    for facts in production.pictures:
        assert played(production.stream_folder(facts) / PLAYLIST) == (125, "")


def test_the_sound_plays_without_a_complaint(production):
    assert played(production.stream_folder(production.sound) / PLAYLIST, "a") == (None, "")


def test_an_edition_finds_its_streams_by_their_digests(production, tmp_path):
    edition = edition_files(production.pictures, [Sound(production.sound, "zh-Hans", SoundRole.ORIGINAL, "中文")])
    (tmp_path / "packages").symlink_to(production.folder / "packages")
    folder = tmp_path / "editions" / edition.digest
    folder.mkdir(parents=True)
    for name, content in edition.files.items():
        (folder / name).write_bytes(content)

    frames, _ = played(folder / "master.m3u8")

    assert frames == 125


def test_a_mute_master_says_in_its_facts_that_the_silence_was_made(tmp_path):
    mute = film(tmp_path / "mute.mp4", sound=None)

    assert produce(mute, tmp_path / "made", quality="preview").sound.is_silent


def test_a_folder_with_something_in_it_is_left_alone(episode, tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")

    with pytest.raises(AlreadyThere, match="not empty"):
        produce(episode, tmp_path)

    assert files_in(tmp_path) == ["mine.txt"]


def test_half_a_film_leaves_nothing(episode, tmp_path):
    half = cut_off(tmp_path / "half.mp4", episode, share=0.6)

    with pytest.raises(FrameCountDiffers):
        produce(half, tmp_path / "made", quality="preview")

    assert files_in(tmp_path) == ["half.mp4"]


def test_what_is_no_film_is_refused_before_any_work(tmp_path):
    (tmp_path / "script.mp4").write_text("INT. NIGHT")

    with pytest.raises(NotFilm):
        produce(tmp_path / "script.mp4", tmp_path / "made")

    assert files_in(tmp_path) == ["script.mp4"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.96])
def test_cancelling_leaves_no_process_and_no_file(share, episode, tmp_path):
    told = [0.0]

    with pytest.raises(Cancelled):
        produce(
            episode,
            tmp_path / "made",
            quality="preview",
            on_progress=lambda _, done: told.append(done),
            cancelled=lambda: told[-1] >= share,
        )

    assert files_in(tmp_path) == []
    assert children() == []


def test_every_reason_that_ends_a_production_has_a_sentence_of_its_own():
    assert all(reason.__doc__ for reason in HOPELESS)
