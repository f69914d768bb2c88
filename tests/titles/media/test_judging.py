from dataclasses import replace
from fractions import Fraction

import pytest

from titles.media.judging import Severity, judge
from titles.media.limits import SHIPPED, BadLimits, MediaLimits
from titles.media.measuring import Area, Loudness, Measured, Span
from titles.media.probing import Audio, Probe, Video

PICTURE = Video(
    index=0,
    codec="h264",
    width_px=1080,
    height_px=1920,
    rotation_degrees=0,
    sample_aspect=Fraction(1),
    frame_rate=Fraction(25),
    nominal_frame_rate=Fraction(25),
    start_ms=0,
    duration_ms=90_000,
    frames=2250,
    pixel_format="yuv420p",
    color_transfer="bt709",
    color_primaries="bt709",
    color_space="bt709",
    field_order="progressive",
)
FILM = Probe("mov", 90_000, 50_000_000, 2, PICTURE, (Audio(1, "aac", 2, 48_000, "", 90_000),))
CLEAN = Measured(
    frames=2250,
    errors=0,
    first_errors=(),
    broke_off=False,
    exit_code=0,
    black=(),
    still=(),
    silent=(),
    area=Area(1080, 1920, 0, 0),
    loudness=Loudness(-16.0, -26.0, 5.0, -1.5),
)


def found(*, limits=SHIPPED, measured=CLEAN, probe=FILM, **picture):
    """Judge a film that is clean but for what is named here."""
    return judge(replace(probe, video=replace(PICTURE, **picture)), measured, limits)


def rules(**differences):
    return [finding.rule for finding in found(**differences)]


def sentence(**differences):
    (finding,) = found(**differences)
    return finding.sentence


def test_a_clean_film_has_no_findings():
    assert found() == ()


def test_the_gravest_comes_first():
    severities = [each.severity for each in found(measured=replace(CLEAN, errors=9), width_px=600, rotation_degrees=90)]

    assert severities == [Severity.REJECT, Severity.WAIVER, Severity.WAIVER, Severity.NOTE]


@pytest.mark.parametrize(
    ("duration_ms", "is_outside"),
    [(58_999, True), (59_000, False), (60_000, False), (121_000, False), (121_001, True)],
)
def test_the_length_has_limits_and_a_tolerance(duration_ms, is_outside):
    frames = round(duration_ms / 40)

    assert rules(duration_ms=duration_ms, measured=replace(CLEAN, frames=frames)) == ["duration"] * is_outside


def test_a_studio_may_have_other_limits():
    brief = replace(CLEAN, frames=375)

    assert rules(duration_ms=15_000, measured=brief) == ["duration"]
    assert rules(duration_ms=15_000, measured=brief, limits=MediaLimits(shortest_ms=15_000)) == []


@pytest.mark.parametrize(
    ("width_px", "height_px", "expected"),
    [
        (1080, 1920, []),
        (1090, 1920, []),
        (1092, 1920, ["aspect"]),
        (1920, 1080, ["aspect", "size"]),
        (720, 1280, ["size"]),
        (2160, 3840, []),
    ],
)
def test_the_picture_has_to_be_upright_and_large(width_px, height_px, expected):
    area = Area(width_px, height_px, 0, 0)

    assert rules(width_px=width_px, height_px=height_px, measured=replace(CLEAN, area=area)) == expected


def test_a_picture_is_judged_as_it_is_shown():
    (finding,) = found(sample_aspect=Fraction(4, 3))

    assert (finding.rule, finding.measured) == ("aspect", 0.75)
    assert finding.sentence == "The picture is shown as 1440x1920, which is not 9:16. Export it upright, as 1080x1920."


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"])
def test_the_usual_frame_rates_pass(rate):
    frames = round(Fraction(rate) * 90)

    assert (
        rules(frame_rate=Fraction(rate), nominal_frame_rate=Fraction(rate), measured=replace(CLEAN, frames=frames))
        == []
    )


def test_an_unusual_frame_rate_is_named():
    unusual = {"frame_rate": Fraction(20), "nominal_frame_rate": Fraction(20)}

    assert sentence(**unusual, measured=replace(CLEAN, frames=1800)) == (
        "It has 20 pictures per second. Export it with one of 23.976, 24, 25, 29.97, 30, 50, 59.94, 60."
    )


def test_a_varying_frame_rate_is_not_compared_with_the_usual_ones():
    varying = {"frame_rate": Fraction(41, 2), "nominal_frame_rate": Fraction(30)}

    assert rules(**varying, measured=replace(CLEAN, frames=1845)) == ["constant_frame_rate"]


def test_one_frame_less_over_the_whole_length_is_no_variation():
    assert rules(frame_rate=Fraction(2250 * 90 - 89, 90 * 90)) == []
    assert rules(frame_rate=Fraction(2248, 90), measured=replace(CLEAN, frames=2248)) == ["constant_frame_rate"]


def test_a_varying_frame_rate_may_be_allowed():
    varying = {"frame_rate": Fraction(41, 2), "nominal_frame_rate": Fraction(90_000)}
    limits = MediaLimits(constant_frame_rate=False)

    assert rules(**varying, measured=replace(CLEAN, frames=1845), limits=limits) == []


def test_a_film_that_lacks_its_end_is_cut_off():
    assert sentence(measured=replace(CLEAN, frames=1358, errors=3, broke_off=True)) == (
        "The file is cut off: it says 90.0 s but only 54.3 s can be decoded. Export it again and upload the whole file."
    )
    assert rules(measured=replace(CLEAN, frames=1358)) == ["complete"]


def test_a_film_with_errors_is_damaged_even_when_no_frame_is_missing():
    (finding,) = found(measured=replace(CLEAN, errors=364))

    assert (finding.rule, finding.measured, finding.limit) == ("decoding", 364, 0)
    assert finding.severity == Severity.REJECT


def test_a_failed_decoder_is_damage_without_a_word_of_complaint():
    assert rules(measured=replace(CLEAN, exit_code=183)) == ["decoding"]


@pytest.mark.parametrize(("frames", "expected"), [(2248, ["frames"]), (2249, []), (2251, []), (2252, ["frames"])])
def test_the_frames_have_to_be_as_many_as_the_headers_say(frames, expected):
    assert rules(measured=replace(CLEAN, frames=frames)) == expected


def test_a_black_picture_is_no_picture():
    black = replace(CLEAN, black=(Span(0, 90_000),), still=(Span(0, 90_000),), area=None)
    (finding,) = found(measured=black)

    assert (finding.rule, finding.severity) == ("picture", Severity.REJECT)


def test_black_is_judged_by_where_it_is():
    spans = (Span(0, 600), Span(40_000, 42_500), Span(60_000, 60_900), Span(89_400, 90_000))

    assert [(each.rule, each.measured, each.limit) for each in found(measured=replace(CLEAN, black=spans))] == [
        ("black_start", 600, 500),
        ("black_end", 600, 500),
        ("black_inside", 2_500, 2_000),
    ]


def test_a_black_picture_stands_still_without_being_a_still():
    spans = replace(CLEAN, black=(Span(41_000, 42_500),), still=(Span(40_000, 44_000),))

    assert rules(measured=spans) == []
    assert rules(measured=replace(spans, black=())) == ["still"]


def test_many_places_are_one_finding():
    silent = tuple(Span(start_ms, start_ms + 6_000) for start_ms in range(0, 50_000, 10_000))

    assert sentence(measured=replace(CLEAN, silent=silent)) == (
        "The sound is silent from 0:00.0 to 0:06.0, 0:10.0 to 0:16.0, 0:20.0 to 0:26.0 and 2 times more;"
        " at most 5.0 s is expected. Check that no track is muted."
    )


def test_bars_are_named_by_their_side():
    assert sentence(measured=replace(CLEAN, area=Area(1080, 1216, 0, 352))) == (
        "Black bars cover 18% at the top and 18% at the bottom. Export the picture so that it fills the frame."
    )
    assert rules(measured=replace(CLEAN, area=Area(1080, 1846, 0, 37))) == []


def test_a_film_without_sound_needs_a_waiver_unless_the_studio_makes_silent_ones():
    mute = {"probe": replace(FILM, audio=()), "measured": replace(CLEAN, loudness=None)}

    assert rules(**mute) == ["sound"]
    assert rules(**mute, limits=MediaLimits(sound=False)) == []


@pytest.mark.parametrize(
    ("lufs", "expected"), [(-27.1, ["loudness"]), (-27.0, []), (-9.0, []), (-8.9, ["loudness"]), (-70.0, [])]
)
def test_loudness_has_limits_and_silence_has_none(lufs, expected):
    assert rules(measured=replace(CLEAN, loudness=Loudness(lufs, -30, 5, -3))) == expected


def test_a_clipped_sound_is_noted():
    (finding,) = found(measured=replace(CLEAN, loudness=Loudness(-12, -22, 5, 1.2)))

    assert (finding.rule, finding.severity) == ("true_peak", Severity.NOTE)


def test_combs_and_hdr_need_a_waiver():
    assert rules(field_order="tt", color_transfer="smpte2084") == ["interlaced", "hdr"]


def test_limits_survive_being_stored():
    limits = MediaLimits(shortest_ms=15_000, frame_rates=(25.0,))

    assert MediaLimits.from_json(limits.to_json()) == limits
    assert MediaLimits.from_json({}) == SHIPPED


@pytest.mark.parametrize(
    ("stored", "complaint"),
    [
        ({"shortest": 1}, "There is no limit shortest; there are shortest_ms, longest_ms"),
        ({"shortest_ms": "60"}, "The limit shortest_ms cannot be '60'"),
        ({"sound": 1}, "The limit sound cannot be 1"),
        ({"still_ms": True}, "The limit still_ms cannot be True"),
        ({"frame_rates": [25, "30"]}, "The limit frame_rates cannot be"),
        ({"shortest_ms": 130_000}, "The limit shortest_ms is above longest_ms"),
    ],
)
def test_limits_that_cannot_be_used_are_named(stored, complaint):
    with pytest.raises(BadLimits, match=f"^{complaint}"):
        MediaLimits.from_json(stored)
