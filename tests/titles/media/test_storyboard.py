import re
from fractions import Fraction

import pytest
from PIL import Image

from tests.titles.media.footage import film
from titles.media.keyframes import KeyFramesDiffer, key_frames
from titles.media.ladder import Cadence
from titles.media.storyboard import STEP, Storyboard, index, make_storyboard
from titles.media.workshop import Programs, Workshop

pytestmark = pytest.mark.media

PAL = Cadence(Fraction(25))
#: The first two seconds are red, the next two green, the rest blue.
COLORS = "geq=r='255*lt(T,2)':g='255*between(T,2,3.999)':b='255*gte(T,4)'"


def rung(path, *, width_px=180, height_px=320, seconds=5):
    options = ["-g", "50", "-keyint_min", "50", "-sc_threshold", "0"]
    return film(
        path,
        seconds=seconds,
        width_px=width_px,
        height_px=height_px,
        picture="color=black",
        picture_filters=f"format=rgb24,{COLORS}",
        sound=None,
        options=options,
    )


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    folder = tmp_path_factory.mktemp("storyboard")
    workshop = Workshop(folder, Programs.found())
    pictures = key_frames(
        workshop, STEP, rung(folder / "rung.mp4"), width_px=180, height_px=320, cadence=PAL, frame_count=125
    )
    shelf = folder / "shelf"
    shelf.mkdir()
    return shelf, make_storyboard(workshop, pictures, shelf, stream="ab", duration_ms=5_000), workshop


def test_every_key_frame_has_its_place_on_a_sheet(board):
    shelf, made, _ = board
    sheet = Image.open(shelf / made.sheets[0])
    centers = [sheet.getpixel((90 * place + 45, 80)) for place in range(3)]

    assert (made.tile_width_px, made.tile_height_px, made.count, sheet.size) == (90, 160, 3, (900, 160))
    assert [max(range(3), key=center.__getitem__) for center in centers] == [0, 1, 2]


def test_the_index_leads_from_every_moment_to_a_part_of_a_sheet(board):
    shelf, made, _ = board
    cues = re.findall(r"(\S+) --> (\S+)\n(\S+)", (shelf / made.index).read_text())

    assert cues == [
        ("00:00:00.000", "00:00:02.000", "storyboard-1.jpg#xywh=0,0,90,160"),
        ("00:00:02.000", "00:00:04.000", "storyboard-1.jpg#xywh=90,0,90,160"),
        ("00:00:04.000", "00:00:05.000", "storyboard-1.jpg#xywh=180,0,90,160"),
    ]


def test_what_we_do_ourselves_is_in_the_account_too(board):
    *_, workshop = board

    assert [(effort.step, effort.cpu_s > 0) for effort in workshop.efforts] == [(STEP, True), (STEP, True)]


def test_a_small_film_is_not_enlarged(tmp_path):
    workshop = Workshop(tmp_path, Programs.found())
    small = rung(tmp_path / "small.mp4", width_px=54, height_px=96, seconds=1)
    pictures = key_frames(workshop, STEP, small, width_px=54, height_px=96, cadence=PAL, frame_count=25)

    made = make_storyboard(workshop, pictures, tmp_path, stream="ab", duration_ms=1_000)

    assert (made.tile_width_px, made.tile_height_px) == (54, 96)
    assert Image.open(tmp_path / made.sheets[0]).size == (540, 96)


def test_after_a_hundred_pictures_another_sheet_begins():
    text = index(
        Storyboard("ab", 90, 160, 10, 2_000, 102, ("storyboard-1.jpg", "storyboard-2.jpg")), duration_ms=203_000
    )
    places = re.findall(r"^storyboard.*$", text, re.MULTILINE)

    assert places[99:] == [
        "storyboard-1.jpg#xywh=810,1440,90,160",
        "storyboard-2.jpg#xywh=0,0,90,160",
        "storyboard-2.jpg#xywh=90,0,90,160",
    ]


def test_a_rung_without_its_key_frames_is_found_out(tmp_path):
    workshop = Workshop(tmp_path, Programs.found())
    offbeat = film(tmp_path / "offbeat.mp4", seconds=4, sound=None, options=["-g", "10"])

    with pytest.raises(KeyFramesDiffer):
        key_frames(workshop, STEP, offbeat, width_px=216, height_px=384, cadence=PAL, frame_count=100)


def test_a_storyboard_survives_a_trip_through_json(board):
    _, made, _ = board

    assert Storyboard.from_json(made.to_json()) == made
