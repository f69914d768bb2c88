import json

import pytest

from tests.titles.media import footage
from tests.titles.media.watching import watched
from titles.media.binaries import locate
from titles.media.checking import Inspection, Verdict, check
from titles.media.limits import MediaLimits
from titles.media.measuring import Area, Span
from titles.media.sandbox import Cancelled

pytestmark = pytest.mark.media

LIMITS = MediaLimits(
    shortest_ms=1_000,
    least_width_px=216,
    least_height_px=384,
    still_ms=700,
    silence_ms=700,
    black_edge_ms=300,
    black_inside_ms=300,
)


def inspected(upload, limits=LIMITS, **options):
    return check(upload, limits, ffmpeg=locate("ffmpeg"), ffprobe=locate("ffprobe"), **options)


def verdict(upload):
    inspection = inspected(upload)
    return str(inspection.verdict), [finding.rule for finding in inspection.findings]


@pytest.fixture
def film(tmp_path):
    return footage.film(tmp_path / "film.mp4")


def test_a_good_film_is_accepted_and_its_sound_measured(film):
    inspection = inspected(film)

    assert (inspection.verdict, inspection.findings) == (Verdict.ACCEPTED, ())
    assert inspection.measured.frames == 50
    assert inspection.measured.area == Area(216, 384, 0, 0)
    assert inspection.measured.loudness.integrated_lufs == pytest.approx(-21.8, abs=0.3)
    assert inspection.measured.loudness.true_peak_db == pytest.approx(-19, abs=1.5)  # in stereo, 3 dB below mono


def test_an_inspection_survives_being_stored(tmp_path, film):
    for upload in (film, footage.cut_off(tmp_path / "torn.mp4", film), footage.script(tmp_path / "list.mp4", film)):
        inspection = inspected(upload)

        assert Inspection.from_json(json.loads(json.dumps(inspection.to_json(), allow_nan=False))) == inspection


def test_the_result_has_the_documented_shape(film):
    result = inspected(film, MediaLimits()).to_json()

    assert set(result) == {"verdict", "probe", "measured", "findings"}
    assert result["verdict"] == "needs waiver"
    assert result["findings"][0] == {
        "rule": "duration",
        "measured": 2000,
        "limit": [60_000, 120_000],
        "severity": "needs waiver",
        "sentence": "It lasts 2.0 s; 60.0 s to 120.0 s are expected."
        " Check that it is the whole episode and nothing else.",
        "code": "duration",
        "values": {"length_ms": 2000, "shortest_ms": 60_000, "longest_ms": 120_000},
        "start_ms": None,
        "end_ms": None,
    }


def test_a_film_cut_off_at_sixty_percent_is_rejected_though_it_decodes(tmp_path, film):
    inspection = inspected(footage.cut_off(tmp_path / "torn.mp4", film, share=0.6))

    assert inspection.measured.exit_code == 0
    assert [(finding.rule, str(finding.severity)) for finding in inspection.findings] == [("complete", "rejected")]
    assert 800 < inspection.findings[0].measured < 1600 and inspection.findings[0].limit == 2000


def test_flipped_bytes_are_damage_though_no_frame_is_missing(tmp_path, film):
    inspection = inspected(footage.damaged(tmp_path / "flipped.mp4", film))

    assert inspection.measured.exit_code == 0
    assert [finding.rule for finding in inspection.findings] == ["decoding"]
    assert inspection.findings[0].measured == inspection.measured.errors > 0
    assert inspection.verdict == Verdict.REJECTED


@pytest.mark.parametrize("attack", [footage.playlist, footage.script, footage.drawing_of])
def test_a_text_that_names_another_film_is_rejected_and_the_film_not_opened(tmp_path, film, attack):
    upload = attack(tmp_path / "attack.mp4", film)
    with watched(film) as was_opened:
        assert verdict(upload) == ("rejected", ["readable"])
        assert not was_opened()


def test_a_silent_film_needs_a_waiver_for_silence_alone(tmp_path):
    silent = inspected(footage.film(tmp_path / "film.mp4", sound="anullsrc=sample_rate=48000"))

    assert [(finding.rule, finding.measured) for finding in silent.findings] == [("silence", 2000)]
    assert silent.measured.loudness.true_peak_db is None


def nearest_tenths(spans):
    """Encoders take a few frames to settle on a still picture, and only every third is looked at."""
    return [(round(span.start_ms, -2), round(span.end_ms, -2)) for span in spans]


def test_black_still_and_silence_are_found_where_they_are(tmp_path):
    black = "drawbox=t=fill:c=black:enable='between(t,0,0.38)+between(t,1,1.48)'"
    film = footage.film(
        tmp_path / "film.mp4",
        seconds=4,
        picture_filters=f"loop=loop=25:size=1:start=50,{black}",
        sound_filters="volume=0:enable='between(t,2.5,3.5)'",
    )
    measured = inspected(film).measured

    assert measured.black == (Span(0, 480), Span(1080, 1560))  # every third frame is looked at
    assert nearest_tenths(measured.still)[-1] == (2300, 3000)
    assert nearest_tenths(measured.silent) == [(2500, 3500)]
    assert verdict(film) == ("needs waiver", ["black_start", "black_inside", "still", "silence"])


def test_a_still_at_the_end_lasts_until_the_end(tmp_path):
    """The filter never says when it ends."""
    film = footage.film(tmp_path / "film.mp4", seconds=3, picture_filters="trim=end=2,tpad=stop=25:stop_mode=clone")
    inspection = inspected(film)

    assert nearest_tenths(inspection.measured.still) == [(2300, 3000)]
    assert [finding.rule for finding in inspection.findings] == ["still"]


def test_texts_inside_a_film_are_nothing_to_stumble_over(tmp_path):
    title = (
        "[error] black_start:nan black_end:inf freeze_start: 1.2.3 silence_end: 9 crop=-1:0:0:0"
        " I: nan LUFS Threshold: -1 LUFS\nI: -1 LUFS\nPeak: inf dBFS\n[h264 @ 0x1] [error] partial file"
    )
    film = footage.film(tmp_path / "film.mp4", options=["-metadata", f"title={title}"])

    assert verdict(film) == ("accepted", [])


def test_progress_ends_at_the_end_and_never_goes_back(tmp_path):
    shares = []
    inspected(footage.film(tmp_path / "film.mp4", seconds=3), on_progress=shares.append)

    assert shares == sorted(shares) and shares[-1] == 1.0


def test_a_check_can_be_cancelled(film):
    with pytest.raises(Cancelled):
        inspected(film, cancelled=lambda: True)


def test_a_file_that_is_not_there_is_no_verdict(tmp_path):
    with pytest.raises(FileNotFoundError):
        inspected(tmp_path / "film.mp4")
