from fractions import Fraction

import pytest
from PIL import Image

from tests.titles.media.footage import film, made
from tests.titles.media.lineup import picture
from titles.media.burning import TimedText, burn_in, cues_in, on_time_line
from titles.media.ladder import Quality
from titles.media.painting import Unpaintable
from titles.media.workshop import Programs, Workshop

pytestmark = pytest.mark.media

RUNG = picture(216, 384, frame_count=75, duration_ms=3_000, frame_rate=Fraction(25))
CUES = [TimedText(1_000, 2_000, "هل دفعت 42؟"), TimedText(2_400, 2_800, "嘘")]


@pytest.fixture(scope="module")
def burned(tmp_path_factory):
    workshop = Workshop(tmp_path_factory.mktemp("burning"), Programs.found())
    source = film(workshop.folder / "film.mp4", seconds=3, picture="color=black", options=["-crf", "1"])
    made_of = burn_in(workshop, source, CUES, picture=RUNG, language="ar", quality=Quality.PREVIEW, cap_kbps=2_000)
    return workshop, made_of


def white_in(workshop, file, frame):
    """Whether there is anything white in this frame."""
    still = made(
        workshop.folder / f"frame-{frame}.jpg",
        *("-i", str(file), "-vf", f"select=eq(n\\,{frame})", "-frames:v", "1", "-update", "1"),
    )
    return Image.open(still).convert("L").getextrema()[1] > 200


def test_cues_are_in_the_picture_from_their_first_frame_to_their_last(burned):
    workshop, made_of = burned

    assert [white_in(workshop, made_of.file, frame) for frame in (24, 25, 49, 50, 59, 60, 69, 70)] == [
        *(False, True, True, False),
        *(False, True, True, False),
    ]


def test_no_frame_is_lost_and_the_sound_is_copied(burned):
    workshop, made_of = burned
    before, after = (
        workshop.streams_of("test", file, "codec_name", "nb_frames", "duration")
        for file in (workshop.folder / "film.mp4", made_of.file)
    )

    assert [stream["nb_frames"] for stream in after] == [stream["nb_frames"] for stream in before]
    assert after[1] == before[1]


def test_what_cannot_be_painted_stops_before_anything_is_encoded(tmp_path):
    workshop = Workshop(tmp_path, Programs.found())
    with pytest.raises(Unpaintable):
        burn_in(
            workshop,
            tmp_path / "film.mp4",
            [TimedText(0, 1_000, "😀")],
            picture=RUNG,
            language="en",
            quality=Quality.PREVIEW,
            cap_kbps=700,
        )


def test_markup_and_settings_are_not_read_out():
    webvtt = (
        "WEBVTT\n\nNOTE by hand\n\nid\n00:01.000 --> 00:02.000 align:start\n<v Nora>You <i>lied</i>.\nTwice &lt;3\n"
    )

    assert cues_in(webvtt) == [TimedText(1_000, 2_000, "You lied.\nTwice <3")]


def test_cues_at_the_same_time_stand_below_each_other():
    spans = on_time_line([TimedText(0, 2_000, "one"), TimedText(1_000, 3_000, "two")], duration_ms=2_500)

    assert [(span.start_ms, span.end_ms, span.text) for span in spans] == [
        (0, 1_000, "one"),
        (1_000, 2_000, "one\ntwo"),
        (2_000, 2_500, "two"),
    ]
