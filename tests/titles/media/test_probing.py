import json
from fractions import Fraction

import pytest

from tests.titles.media import footage
from tests.titles.media.watching import watched
from titles.media.binaries import locate, reads_descriptors
from titles.media.probing import Audio, Probe, Unreadable, Video, probe
from titles.media.sandbox import hostile_input, run
from titles.media.sniffing import NotFilm
from titles.media.walls import Isolation

pytestmark = pytest.mark.media

FFPROBE = locate("ffprobe")


def test_a_film_is_described_by_its_headers(tmp_path):
    upload = footage.film(tmp_path / "film.mp4", options=["-metadata:s:a:0", "language=jpn"])

    assert probe(upload, ffprobe=FFPROBE) == Probe(
        container="mov",
        duration_ms=2000,
        size_bytes=upload.stat().st_size,
        stream_count=2,
        video=Video(
            index=0,
            codec="h264",
            width_px=216,
            height_px=384,
            rotation_degrees=0,
            sample_aspect=Fraction(1),
            frame_rate=Fraction(25),
            nominal_frame_rate=Fraction(25),
            start_ms=0,
            duration_ms=2000,
            frames=50,
            pixel_format="yuv420p",
            color_transfer="",
            color_primaries="",
            color_space="",
            field_order="progressive",
        ),
        audio=(Audio(1, "aac", 1, 48_000, "jpn", 2000),),
    )


def test_a_probe_survives_being_stored(tmp_path):
    found = probe(footage.film(tmp_path / "film.mp4", rate="30000/1001"), ffprobe=FFPROBE)
    stored = json.dumps(found.to_json())

    assert json.loads(stored)["video"]["frame_rate"] == "30000/1001"
    assert Probe.from_json(json.loads(stored)) == found


def test_a_probe_without_a_picture_survives_being_stored(tmp_path):
    sound = footage.made(tmp_path / "sound.mp4", "-f", "lavfi", "-i", "sine=duration=1")
    found = probe(sound, ffprobe=FFPROBE)

    assert found.video is None
    assert Probe.from_json(found.to_json()) == found


def test_the_length_of_a_matroska_picture_is_its_own(tmp_path):
    """The sound goes on for a while, and Matroska has one length for all."""
    longer = footage.film(tmp_path / "film.mkv", picture_filters="trim=duration=1.6", sound_filters="apad=pad_dur=1")
    found = probe(longer, ffprobe=FFPROBE)

    assert found.video is not None
    assert (found.container, found.duration_ms // 100, found.video.duration_ms) == ("matroska", 20, 1600)


def test_a_picture_may_come_later_than_the_sound(tmp_path):
    late = footage.film(tmp_path / "film.mp4", picture_filters="setpts=PTS+0.4/TB")

    assert probe(late, ffprobe=FFPROBE).video.start_ms == 400


@pytest.mark.parametrize(("degrees", "size"), [(90, (384, 216)), (180, (216, 384)), (-90, (384, 216))])
def test_a_turned_picture_is_described_upright(tmp_path, degrees, size):
    original = footage.film(tmp_path / "film.mp4", seconds=0.2, picture_filters="setsar=4/3")
    found = probe(footage.turned(tmp_path / "turned.mp4", original, degrees=degrees), ffprobe=FFPROBE)

    assert found.video is not None
    assert (found.video.width_px, found.video.height_px) == size
    assert found.video.rotation_degrees == degrees % 360
    assert found.video.sample_aspect == (Fraction(4, 3) if degrees == 180 else Fraction(3, 4))


def test_uneven_frames_show_in_the_rates(tmp_path):
    uneven = footage.film(tmp_path / "film.mp4", picture_filters=footage.UNEVEN, options=["-fps_mode", "vfr"])
    even = footage.film(tmp_path / "even.mp4", rate="30000/1001")
    rates = [probe(upload, ffprobe=FFPROBE).video.has_constant_frame_rate for upload in (uneven, even)]

    assert rates == [False, True]


def test_cover_art_is_no_picture(tmp_path):
    cover = footage.made(tmp_path / "cover.jpg", "-f", "lavfi", "-i", "color", "-frames:v", "1")
    song = footage.made(
        tmp_path / "song.mp4",
        *("-f", "lavfi", "-i", "sine=duration=1", "-i", f"{cover}"),
        *("-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v:0", "attached_pic"),
    )
    found = probe(song, ffprobe=FFPROBE)

    assert (found.stream_count, found.video) == (2, None)


def test_a_film_without_its_index_is_cut_off(tmp_path):
    upload = footage.without_index(tmp_path / "torn.mp4", footage.film(tmp_path / "film.mp4"))

    with pytest.raises(Unreadable, match=r"^The file is cut off: its index is missing"):
        probe(upload, ffprobe=FFPROBE)


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path):
    bomb = footage.film(tmp_path / "bomb.mp4", seconds=0.04, picture="color", width_px=4096, height_px=4096)

    with pytest.raises(Unreadable, match=r"^The picture is 4096x4096: more than 9,000,000 pixels"):
        probe(bomb, ffprobe=FFPROBE)


def test_a_film_that_says_it_lasts_ten_hours_is_refused(tmp_path):
    """Two frames, ten hours apart."""
    film = footage.film(
        tmp_path / "film.mkv",
        seconds=36_001,
        picture_filters="trim=end_frame=2,setpts=N*36000/TB",
        sound=None,
        options=["-fps_mode", "vfr"],
    )

    with pytest.raises(Unreadable, match=r"^The file says that it is 600 minutes long"):
        probe(film, ffprobe=FFPROBE)


def test_a_film_of_sixty_tracks_is_refused(tmp_path):
    crowded = footage.film(tmp_path / "film.mp4", seconds=0.2, options=["-map", "0", *["-map", "1"] * 60])

    with pytest.raises(Unreadable, match=r"^The file has more than 32 tracks"):
        probe(crowded, ffprobe=FFPROBE)


def test_headers_full_of_nonsense_are_refused(tmp_path):
    nonsense = tmp_path / "film.mp4"
    nonsense.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(12) + b"\x00\x00\x10\x00moov" + b"\xa5" * 4088)

    with pytest.raises(Unreadable, match=r"Export it again"):
        probe(nonsense, ffprobe=FFPROBE)


ATTACKS = [footage.playlist, footage.script, footage.drawing_of]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_that_names_another_film_is_refused_and_the_film_not_opened(tmp_path, attack):
    others = footage.film(tmp_path / "others.mp4", seconds=0.2)
    with watched(others) as was_opened:
        with pytest.raises(NotFilm):
            probe(attack(tmp_path / "attack.mp4", others), ffprobe=FFPROBE)

        assert not was_opened()


@pytest.mark.parametrize("by_descriptor", {reads_descriptors(FFPROBE), False})
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_demuxer_would_not_follow_it_either(tmp_path, attack, by_descriptor):
    """Sniffing and walls are out of the way here; what is left has to hold by itself."""
    others = footage.film(tmp_path / "others.mp4", seconds=0.2)
    hostile = attack(tmp_path / "attack.mp4", others)
    with watched(others) as was_opened, hostile.open("rb") as stdin:
        finished = run(
            [FFPROBE, "-v", "error", "-show_streams", *hostile_input("mov", by_descriptor=by_descriptor)],
            work_folder=tmp_path,
            stdin=stdin,
            isolation=Isolation.LIMITS_ONLY,
        )

        assert (finished.exit_code != 0, finished.stdout, was_opened()) == (True, b"", False)


def test_plain_ffprobe_would_have_opened_it(tmp_path):
    others = footage.film(tmp_path / "others.mp4", seconds=0.2)
    hostile = footage.script(tmp_path / "attack.mp4", others)
    with watched(others) as was_opened:
        run([FFPROBE, "-v", "error", hostile], work_folder=tmp_path, isolation=Isolation.LIMITS_ONLY)

        assert was_opened()
