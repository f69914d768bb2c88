"""The masters and pictures of the sample series, made small."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cms.demo import covers, film, score
from cms.demo.covers import Cover
from cms.demo.film import NotFilmed, Sample
from cms.demo.painting import city, house
from cms.demo.painting.brush import Canvas
from cms.demo.painting.layers import Layer
from cms.demo.reel import EPISODES, Episode, Shot
from titles.catalog.pictures import open_picture
from titles.media.binaries import locate
from titles.media.checking import Inspection, check
from titles.media.limits import MediaLimits

pytestmark = pytest.mark.media

SMALL = 0.1  # 108 x 192
LIMITS = MediaLimits(shortest_ms=15_000, least_width_px=108, least_height_px=192)
ALL_THREE = {1: (25, 1500), 2: (25, 500), 3: (30, 600)}


@pytest.fixture(scope="module")
def masters(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return film.make(tmp_path_factory.mktemp("masters"), scale=SMALL)


@pytest.fixture(scope="module")
def inspections(masters: list[Sample]) -> list[Inspection]:
    return [check(one.path, LIMITS, ffmpeg=locate("ffmpeg"), ffprobe=locate("ffprobe")) for one in masters]


def glimpse(*shots: Shot) -> Episode:
    """An episode of a second or two."""
    return replace(EPISODES[0], number=9, shots=shots or (Shot(city.skyline, 1), Shot(house.stairs, 1, dissolve=True)))


def test_the_series_has_a_minute_and_two_short_episodes() -> None:
    assert {one.number: (one.frame_rate, one.frames) for one in EPISODES} == ALL_THREE


def test_every_scene_is_filmed_once() -> None:
    scenes = [shot.scene.__name__ for episode in EPISODES for shot in episode.shots]

    assert (len(scenes), len(set(scenes))) == (14, 14)


def test_masters_pass_the_checks_of_a_studio(inspections: list[Inspection]) -> None:
    assert [inspection.findings for inspection in inspections] == [(), (), ()]


def test_masters_have_every_frame_that_was_cut(inspections: list[Inspection]) -> None:
    frames = [inspection.measured.frames for inspection in inspections if inspection.measured]

    assert frames == [episode.frames for episode in EPISODES]


def test_masters_are_upright_h264_with_stereo_aac(inspections: list[Inspection]) -> None:
    for inspection, episode in zip(inspections, EPISODES, strict=True):
        video, (audio,) = inspection.probe.video, inspection.probe.audio
        assert (video.codec, video.width_px, video.height_px) == ("h264", 108, 192)
        assert (video.frame_rate, video.duration_ms) == (episode.frame_rate, 1000 * episode.seconds)
        assert (audio.codec, audio.channels, audio.rate_hz) == ("aac", 2, 48_000)


def test_masters_are_heard_at_the_loudness_of_dialogue(inspections: list[Inspection]) -> None:
    for inspection in inspections:
        loudness = inspection.measured.loudness
        assert -23 < loudness.integrated_lufs < -17
        assert loudness.true_peak_db < -1


def test_a_master_that_is_there_is_not_made_again(masters: list[Sample], tmp_path: Path) -> None:
    made_at = [sample.path.stat().st_mtime_ns for sample in masters]

    again = film.make(masters[0].path.parent, scale=SMALL, ffmpeg=tmp_path / "no ffmpeg")

    assert [sample.path.stat().st_mtime_ns for sample in again] == made_at


def test_a_master_comes_out_the_same_every_time(tmp_path: Path) -> None:
    (one,) = film.make(tmp_path / "one", scale=SMALL, episodes=[glimpse()])
    (other,) = film.make(tmp_path / "other", scale=SMALL, episodes=[glimpse()])

    assert one.path.read_bytes() == other.path.read_bytes()


def test_progress_only_grows_and_ends_when_all_is_done(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []

    film.make(tmp_path, lambda done, what: told.append((done, what)), scale=SMALL, episodes=[glimpse()])

    shares = [done for done, _what in told]
    assert (shares, shares[-1]) == (sorted(shares), 1.0)
    assert {what for _done, what in told} == {"Filming episode 9"}


def test_a_failed_ffmpeg_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(NotFilmed, match="ffmpeg made 0 of 50 frames"):
        film.make(tmp_path, scale=SMALL, episodes=[glimpse()], ffmpeg=Path("/bin/false"))

    assert list(tmp_path.iterdir()) == []


def test_an_interruption_ends_ffmpeg_and_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupt(done: float, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        film.make(tmp_path, interrupt, scale=SMALL, episodes=[glimpse()])

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_half_made_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".making-abc").mkdir()
    (tmp_path / ".making-abc" / "master.mp4").write_bytes(b"half of a film")

    (sample,) = film.make(tmp_path, scale=SMALL, episodes=[glimpse()])

    assert list(tmp_path.iterdir()) == [sample.path]


def test_a_killed_maker_takes_ffmpeg_with_it(tmp_path: Path) -> None:
    program = (
        "from dataclasses import replace; from pathlib import Path; from cms.demo import film, reel;"
        "long = replace(reel.EPISODES[0].shots[0], seconds=600);"
        f"film.make(Path({str(tmp_path)!r}), scale=0.5, episodes=[replace(reel.EPISODES[0], shots=(long, long))])"
    )
    maker = psutil.Popen([sys.executable, "-c", program])
    ends_at_s = time.monotonic() + 60
    while not maker.children():
        assert maker.poll() is None and time.monotonic() < ends_at_s, "ffmpeg was never started"
        time.sleep(0.02)
    (ffmpeg,) = maker.children()

    maker.kill()
    maker.wait()

    assert psutil.wait_procs([ffmpeg], timeout=20)[1] == []


def test_the_score_names_only_chords_that_there_are() -> None:
    assert {chord for episode in EPISODES for chord in episode.chords} <= set(score.CHORDS)


def test_there_is_key_art_without_words_and_covers_with_the_title() -> None:
    assert [(cover.purpose, cover.width_px, cover.height_px) for cover in covers.COVERS] == [
        ("key art", 1600, 2400),
        ("cover", 1600, 2400),
        ("cover", 1440, 2560),
    ]


def test_a_cover_is_a_picture_of_its_size_that_the_catalog_takes(tmp_path: Path) -> None:
    small = Cover("cover", "small.jpg", 270, 480)

    ((_cover, path),) = covers.make(tmp_path, [small])

    with path.open("rb") as file:
        picture = open_picture(file)
    assert (picture.width_px, picture.height_px) == (270, 480)


def test_a_cover_that_is_there_is_not_painted_again(tmp_path: Path) -> None:
    for cover in covers.COVERS:
        (tmp_path / cover.name).write_bytes(b"painted before")

    assert [path.read_bytes() for _cover, path in covers.make(tmp_path)] == 3 * [b"painted before"]


@pytest.fixture(scope="module")
def painted() -> dict[str, tuple[list[Layer], int]]:
    """Every scene by name: its layers, and the number of its last frame."""
    return {
        shot.scene.__name__: (shot.scene(0.05), episode.frames_of(index) - 1)
        for episode in EPISODES
        for index, shot in enumerate(episode.shots)
    }


def test_every_scene_covers_the_frame_from_its_first_picture_to_its_last(
    painted: dict[str, tuple[list[Layer], int]],
) -> None:
    bare = set()
    for name, ((back, *_others), last) in painted.items():
        for n in (0, last):
            x, y = (back.x, back.y) if back.growth else (back.x + back.dx * n, back.y + back.dy * n)
            if max(x, y) > 0 or x + back.canvas.width < 1080 or y + back.canvas.height < 1920:
                bare.add(name)

    assert bare == set()


def test_upper_layers_move_by_even_numbers(painted: dict[str, tuple[list[Layer], int]]) -> None:
    uneven = {
        name
        for name, (layers, _last) in painted.items()
        for layer in layers[1:]
        if layer.dx % 2 or layer.dy % 2 or layer.growth % 2
    }

    assert uneven == set()


def test_paint_outside_the_picture_is_no_error() -> None:
    canvas = Canvas(10, 10)

    canvas.fill([(20, 20), (30, 20), (30, 30)], "#ffffff")
    canvas.glow(-50, -50, 10, "#ffffff")

    assert canvas.image.getbbox() is None
