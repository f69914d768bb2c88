from fractions import Fraction

import pytest
from PIL import Image, ImageFilter

from tests.titles.media.footage import film
from titles.media.keyframes import key_frames
from titles.media.ladder import Cadence
from titles.media.posters import STEP, Look, best_of, choose_posters, look_at
from titles.media.workshop import Programs, Workshop

pytestmark = pytest.mark.media

PAL = Cadence(Fraction(25))
#: Two seconds of black, four out of focus, and then sharp.
SCENES = "gblur=sigma=12:enable='between(t,2,5.9)',drawbox=color=black:t=fill:enable='lt(t,2)'"


@pytest.fixture(scope="module")
def offered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posters")
    workshop = Workshop(folder, Programs.found())
    rhythm = ["-g", "50", "-keyint_min", "50", "-sc_threshold", "0"]
    rung = film(folder / "rung.mp4", seconds=10, picture_filters=SCENES, sound=None, options=rhythm)
    pictures = key_frames(workshop, STEP, rung, width_px=216, height_px=384, cadence=PAL, frame_count=250)
    return choose_posters(workshop, pictures, rung)


def test_the_sharpest_is_first_and_black_is_never_offered(offered):
    assert [poster.at_ms for poster in offered[:2]] in ([6_000, 8_000], [8_000, 6_000])
    assert {poster.at_ms for poster in offered} == {2_000, 4_000, 6_000, 8_000}
    assert [poster.sharpness for poster in offered] == sorted((each.sharpness for each in offered), reverse=True)


def test_a_poster_shows_its_moment_in_the_rungs_size(offered):
    pictures = [Image.open(poster.file) for poster in offered]

    assert {picture.size for picture in pictures} == {(216, 384)}
    assert [look_at(picture).sharpness for picture in pictures] == pytest.approx(
        [poster.sharpness for poster in offered], rel=0.15
    )


def test_of_a_black_film_one_frame_is_taken_all_the_same():
    assert best_of([Look(number, 0.0, 1.0) for number in range(20)]) == [Look(0, 0.0, 1.0)]


def test_every_part_of_the_film_has_a_chance():
    one_busy_shot = [Look(number, 100.0 - number if number < 12 else 10.0, 0.0) for number in range(60)]

    assert [look.number // 10 for look in best_of(one_busy_shot)] == [0, 1, 2, 3, 4, 5]


def test_blur_makes_a_picture_less_sharp():
    sharp = Image.effect_noise((90, 160), 60).convert("RGB")

    assert look_at(sharp.filter(ImageFilter.GaussianBlur(2))).sharpness < look_at(sharp).sharpness / 10
