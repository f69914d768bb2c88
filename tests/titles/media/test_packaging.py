import hashlib
import json
from fractions import Fraction

import m3u8
import pytest

from tests.titles.media.footage import cut_off, film
from titles.media.ladder import Cadence
from titles.media.packaging import SHELF, FramesLost, SegmentsUneven, package_picture, package_sound
from titles.media.streams import FACTS, IFRAMES, PLAYLIST, STREAM, facts_from_json
from titles.media.workshop import GaveUp, Programs, Workshop

pytestmark = pytest.mark.media

PAL = Cadence(Fraction(25))
NTSC = Cadence(Fraction(30000, 1001))


def in_rhythm(cadence):
    gop = str(cadence.gop_frames)
    return ["-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags:v", "+cgop"]


def rung(path, seconds=10, cadence=PAL):
    """A film as encoding leaves a rung: a key frame every two seconds and no sound."""
    return film(path, seconds=seconds, rate=str(cadence.rate), sound=None, options=in_rhythm(cadence))


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path, Programs.found())


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """The folder and the facts of a packaged rung of ten seconds."""
    folder = tmp_path_factory.mktemp("packaging")
    facts = package_picture(Workshop(folder, Programs.found()), rung(folder / "rung.mp4"), cadence=PAL, frame_count=250)
    return folder / SHELF / facts.digest, facts


def durations(playlist):
    return [segment.duration for segment in m3u8.loads(playlist.read_text()).segments]


def box_at(file, byte_range):
    """The kind of the box that fills this range of the file exactly."""
    part = file.read_bytes()[byte_range.first : byte_range.last + 1]
    assert int.from_bytes(part[:4]) == len(part)
    return part[4:8]


def test_a_packaged_rung_is_one_file_with_its_playlists_and_facts(shelf):
    folder, _ = shelf

    assert sorted(path.name for path in folder.iterdir()) == sorted([STREAM, PLAYLIST, IFRAMES, FACTS])


def test_a_stream_is_addressed_by_the_digest_of_its_bytes(shelf):
    folder, facts = shelf

    assert folder.name == facts.digest == hashlib.sha256((folder / STREAM).read_bytes()).hexdigest()


def test_the_facts_say_what_was_packaged(shelf):
    folder, facts = shelf

    assert (facts.width_px, facts.height_px, facts.frame_rate, facts.frame_count) == (216, 384, 25, 250)
    assert (facts.duration_ms, facts.size_bytes) == (10_000, (folder / STREAM).stat().st_size)
    assert facts.codec.startswith("avc1.")


def test_the_facts_lie_beside_the_stream(shelf):
    folder, facts = shelf

    assert facts_from_json(json.loads((folder / FACTS).read_text())) == facts


def test_segments_last_four_seconds(shelf):
    folder, facts = shelf

    assert durations(folder / PLAYLIST) == [4, 4, 2]
    assert facts.segment_count == 3


def test_there_is_a_frame_to_jump_to_every_two_seconds(shelf):
    folder, _ = shelf

    assert durations(folder / IFRAMES) == [2, 2, 2, 2, 2]


def test_the_index_is_where_the_facts_say(shelf):
    folder, facts = shelf

    assert facts.init_range.first == 0
    assert facts.init_range.last + 1 == facts.index_range.first
    assert box_at(folder / STREAM, facts.index_range) == b"sidx"


def test_all_bytes_but_the_head_are_in_segments(shelf):
    folder, facts = shelf
    segments = m3u8.loads((folder / PLAYLIST).read_text()).segments

    in_segments = sum(int(segment.byterange.split("@")[0]) for segment in segments)

    assert facts.index_range.last + 1 + in_segments == facts.size_bytes


def test_rates_lie_between_the_average_and_the_peak(shelf):
    folder, facts = shelf
    segments = m3u8.loads((folder / PLAYLIST).read_text()).segments
    rates = [8 * int(segment.byterange.split("@")[0]) / segment.duration for segment in segments]

    assert min(rates) <= facts.average_bps <= max(rates) <= facts.peak_bps
    assert facts.iframe_average_bps <= facts.iframe_peak_bps < facts.peak_bps


def test_the_same_rung_gives_the_same_bytes(tmp_path):
    digests = set()
    for attempt in ("one", "two"):
        (tmp_path / attempt).mkdir()
        source = rung(tmp_path / attempt / "rung.mp4", seconds=4)
        workshop = Workshop(tmp_path / attempt, Programs.found())
        digests.add(package_picture(workshop, source, cadence=PAL, frame_count=100).digest)

    assert len(digests) == 1


def test_segments_follow_a_rate_that_is_not_whole(workshop):
    source = rung(workshop.folder / "rung.mp4", seconds=9, cadence=NTSC)

    facts = package_picture(workshop, source, cadence=NTSC, frame_count=270)

    assert durations(workshop.folder / SHELF / facts.digest / PLAYLIST) == [4.004, 4.004, 1.001]


def test_sound_is_cut_within_one_of_its_frames_of_the_picture(workshop):
    source = film(workshop.folder / "sound.mp4", seconds=10, options=["-vn"])
    packets = 470

    facts = package_sound(workshop, source, cadence=PAL, packet_count=packets)
    cuts = durations(workshop.folder / SHELF / facts.digest / PLAYLIST)

    assert (facts.codec, facts.channels, facts.sample_rate_hz) == ("mp4a.40.2", 1, 48_000)
    assert cuts[:-1] == pytest.approx([4, 4], abs=0.022)
    assert sorted(path.name for path in (workshop.folder / SHELF / facts.digest).iterdir()) == sorted(
        [STREAM, PLAYLIST, FACTS]
    )


def test_a_truncated_rung_is_found_out_though_the_packager_is_content(workshop):
    whole = rung(workshop.folder / "whole.mp4")
    half = cut_off(workshop.folder / "half.mp4", whole, share=0.5)

    with pytest.raises(FramesLost, match="250 were put in"):
        package_picture(workshop, half, cadence=PAL, frame_count=250)


def test_a_rung_out_of_rhythm_is_found_out_though_the_packager_is_content(workshop):
    offbeat = film(workshop.folder / "offbeat.mp4", seconds=10, sound=None, options=["-g", "60", "-sc_threshold", "0"])

    with pytest.raises(SegmentsUneven, match="instead of 4000 ms"):
        package_picture(workshop, offbeat, cadence=PAL, frame_count=250)


def test_what_is_no_film_makes_the_packager_give_up(workshop):
    (workshop.folder / "text.mp4").write_text("not a film")

    with pytest.raises(GaveUp, match="packager"):
        package_picture(workshop, workshop.folder / "text.mp4", cadence=PAL, frame_count=250)
