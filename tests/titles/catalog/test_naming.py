import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titles.catalog import naming
from titles.catalog.naming import match


def numbers(*names: str) -> list[int | None]:
    return [each.number for each in match(names)]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Heiress_EP01.mp4", 1),
        ("heiress.s01e05.1080p.x264.mp4", 5),
        ("S2 E7.mov", 7),
        ("Season 2 Episode 14 final.mp4", 14),
        ("ep-05_final(2).mp4", 5),
        ("EP.09 v3.mp4", 9),
        ("ep07_20261122_1080x1920_25fps.mp4", 7),
        ("第5集.mp4", 5),
        ("第十二集_字幕版.mp4", 12),
        ("第一百零三集.mp4", 103),
        ("豪门 第２季 第１５集.mp4", 15),
        ("12集 1080x1920.mp4", 12),
        ("第8话.mkv", 8),
        ("第9回.mkv", 9),
        ("ＥＰ０３.mp4", 3),
        ("الحلقة 6.mp4", 6),
        ("الحلقة ٧.mp4", 7),
        ("heiress-045-1080x1920.mp4", 45),
        ("45.mp4", 45),
        ("EP05/video.mp4", 5),
        ("season one\\EP06\\master.mov", 6),
        ("Capítulo 22 - la boda.mp4", 22),
        ("trailer.mp4", None),
        ("heiress_4k_9x16.mp4", None),
        ("master_final_v2.mp4", None),
    ],
)
def test_a_single_name_tells_its_episode(name, number):
    assert numbers(name) == [number]


def test_the_number_that_differs_from_file_to_file_is_the_episodes():
    assert numbers("lantern 12 heiress 001.mp4", "lantern 12 heiress 002.mp4", "lantern 12 heiress 003.mp4") == [
        1,
        2,
        3,
    ]


def test_a_marked_number_that_is_the_same_everywhere_gives_way_to_one_that_differs():
    assert numbers("EP1_001.mp4", "EP1_002.mp4", "EP1_003.mp4") == [1, 2, 3]


def test_titles_with_numbers_in_them_do_not_hide_the_leading_one():
    found = match(["01 The return.mp4", "02 Goodbye 7.mp4", "03 The wedding.mp4"])

    assert [each.number for each in found] == [1, 2, 3]
    assert [bool(each.reason) for each in found] == [False, True, False]


def test_one_file_with_several_numbers_is_guessed_and_said_so():
    found = match(["heiress 2 045.mp4"])[0]

    assert (found.number, found.reason) == (45, "The name has several numbers (2, 45); this is the last one.")


def test_a_name_without_a_number_says_so():
    assert match(["trailer.mp4"])[0].reason == "The name has no number."


@pytest.mark.parametrize(
    ("name", "kind", "language"),
    [
        ("EP01.mp4", "video", None),
        ("EP01.en.srt", "subtitle", "en"),
        ("EP01_zh-Hans.vtt", "subtitle", "zh-Hans"),
        ("EP01_pt-BR.srt", "subtitle", "pt-BR"),
        ("EP01 CHT.ass", "subtitle", "zh-Hant"),
        ("EP01.srt", "subtitle", None),
        ("cover.JPG", "artwork", None),
        ("notes.docx", "unknown", None),
    ],
)
def test_the_ending_tells_the_kind_and_subtitles_their_language(name, kind, language):
    found = match([name])[0]

    assert (found.kind, found.language) == (kind, language)


def test_the_same_number_twice_is_told_twice():
    assert numbers("EP05_final.mp4", "EP05_final(2).mp4", "EP06_final.mp4") == [5, 5, 6]


@pytest.mark.parametrize(
    "pattern", ["EP{:02d}.mp4", "heiress-{:03d}-1080x1920.mov", "第{}集.mp4", "S01E{:02d} final.mp4"]
)
def test_a_whole_season_is_numbered_right(pattern):
    assert numbers(*(pattern.format(number) for number in range(1, 101))) == list(range(1, 101))


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_names_are_answered_one_by_one(names):
    assert [each.name for each in match(names)] == names


def test_it_knows_no_django():
    assert not re.search("django", Path(naming.__file__).read_text().replace("Knows no Django", ""))
