from fractions import Fraction

import pytest

from tests.titles.media.footage import film, made
from titles.media.hearing import Heard, NotSound, hear
from titles.media.judging import Severity
from titles.media.judging_sound import HeardPart, Part, judge_mix
from titles.media.leveling import TARGET_LUFS
from titles.media.limits import MediaLimits
from titles.media.measuring import Loudness, Span
from titles.media.mezzanines import join
from titles.media.mixing import mix
from titles.media.workshop import Programs, Workshop

pytestmark = pytest.mark.media


def recording(path, source="sine=frequency=440:sample_rate=48000", *, seconds=3, options=()):
    return made(path, "-f", "lavfi", "-i", source, "-t", f"{seconds}", *options)


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path, Programs.found())


def heard_in(workshop, file, name="one"):
    return hear(workshop, file, workshop.folder / f"{name}.f32")


@pytest.mark.parametrize("ending", ["wav", "flac", "m4a"])
def test_a_sound_file_is_measured_in_one_pass(workshop, ending):
    heard = heard_in(workshop, recording(workshop.folder / f"dub.{ending}"))

    assert (heard.channels, heard.rate_hz, heard.errors, heard.silent) == (1, 48_000, 0, ())
    assert heard.duration_ms == pytest.approx(3_000, abs=45)
    assert heard.loudness.integrated_lufs == pytest.approx(-21.5, abs=1.5)
    assert Heard.from_json(heard.to_json()) == heard


def test_silence_has_its_place(workshop):
    quiet_in_the_middle = "aevalsrc=0.3*sin(880*t)*(lt(t\\,1)+gte(t\\,2)):s=48000"

    heard = heard_in(workshop, recording(workshop.folder / "dub.wav", quiet_in_the_middle))

    assert [(round(span.start_ms, -2), round(span.end_ms, -2)) for span in heard.silent] == [(1_000, 2_000)]


def test_a_sound_gets_the_target_loudness_and_the_length_of_the_picture(workshop):
    heard_in(workshop, recording(workshop.folder / "dub.wav", "aevalsrc=0.03*sin(2*PI*500*t):s=48000"))

    mixed = mix(workshop, [workshop.folder / "one.f32"], duration_s=Fraction(4))
    again = heard_in(workshop, mixed.file, "two")

    assert again.loudness.integrated_lufs == pytest.approx(TARGET_LUFS, abs=0.5)
    assert again.duration_ms == pytest.approx(4_000, abs=22)
    assert mixed.packets == 189


def test_stems_are_heard_together(workshop):
    voice = recording(workshop.folder / "voice.wav", "aevalsrc=0.2*sin(2*PI*300*t)*lt(t\\,1):s=48000")
    music = recording(workshop.folder / "music.wav", "aevalsrc=0.2*sin(2*PI*900*t)*gte(t\\,2):s=48000")
    heard_in(workshop, voice, "voice")
    heard_in(workshop, music, "music")

    stems = [workshop.folder / "voice.f32", workshop.folder / "music.f32"]
    together = heard_in(workshop, mix(workshop, stems, duration_s=Fraction(3)).file, "both")

    assert [(round(span.start_ms, -2), round(span.end_ms, -2)) for span in together.silent] == [(1_000, 2_000)]


def test_a_mezzanine_in_another_language_copies_the_picture(workshop):
    picture = film(workshop.folder / "rung.mp4", sound=None)
    sound = recording(workshop.folder / "dub.mp4", seconds=2, options=["-c:a", "aac"])

    file = join(workshop, picture, sound, name="mezzanine-es.mp4", frame_count=50)

    def pictures(path):
        (video, *_) = workshop.streams_of("test", path, "codec_type", "nb_frames", "extradata_size", "bit_rate")
        return video

    assert pictures(file) == pictures(picture)


@pytest.mark.parametrize("content", [b"", b"#EXTM3U\n", b"RIFF\x04\x00\x00\x00WAVEjunk", b"ID3\x04" + bytes(500)])
def test_what_is_no_sound_is_refused_in_a_sentence(workshop, content):
    (workshop.folder / "dub.wav").write_bytes(content)

    with pytest.raises(NotSound, match=r"WAV, FLAC or M4A|Export it again"):
        heard_in(workshop, workshop.folder / "dub.wav")


def test_a_film_without_sound_is_no_mix(workshop):
    with pytest.raises(NotSound, match="no sound in the file"):
        heard_in(workshop, film(workshop.folder / "mute.mp4", sound=None))


def a_sound(**other):
    usual = {
        "codec": "pcm_s16le",
        "channels": 2,
        "rate_hz": 48_000,
        "duration_ms": 60_000,
        "errors": 0,
        "silent": (),
        "loudness": Loudness(-18.0, -28.0, 5.0, -2.0),
    }
    return Heard(**{**usual, **other})


@pytest.mark.parametrize(
    ("other", "part", "verdicts"),
    [
        ({}, Part.WHOLE, []),
        ({"errors": 3}, Part.WHOLE, [("decoding", Severity.REJECT)]),
        ({"loudness": Loudness(-70.0, -70.0, 0.0, None)}, Part.DIALOGUE, [("sound", Severity.REJECT)]),
        ({"duration_ms": 60_500}, Part.WHOLE, []),
        ({"duration_ms": 60_501}, Part.WHOLE, [("length", Severity.WAIVER)]),
        ({"duration_ms": 50_000}, Part.DIALOGUE, [("length", Severity.WAIVER)]),
        ({"loudness": Loudness(-30.0, -40.0, 5.0, -9.0)}, Part.WHOLE, [("loudness", Severity.WAIVER)]),
        ({"loudness": Loudness(-30.0, -40.0, 5.0, -9.0)}, Part.DIALOGUE, []),
        ({"loudness": Loudness(-12.0, -22.0, 5.0, 0.5)}, Part.WHOLE, [("true_peak", Severity.NOTE)]),
        ({"silent": (Span(0, 5_001),)}, Part.WHOLE, [("silence", Severity.WAIVER)]),
        ({"silent": (Span(0, 5_001),)}, Part.DIALOGUE, []),
        ({"channels": 1}, Part.WHOLE, [("channels", Severity.NOTE)]),
        ({"channels": 6}, Part.WHOLE, [("channels", Severity.NOTE)]),
    ],
)
def test_a_mix_is_judged_by_the_studios_limits(other, part, verdicts):
    findings = judge_mix([HeardPart(part, a_sound(**other))], picture_ms=60_000, limits=MediaLimits())

    assert [(finding.rule, finding.severity) for finding in findings] == verdicts
    assert all(finding.sentence for finding in findings)


def test_without_a_picture_nothing_is_said_of_the_length():
    assert judge_mix([HeardPart(Part.WHOLE, a_sound(duration_ms=1))], picture_ms=None, limits=MediaLimits()) == ()
