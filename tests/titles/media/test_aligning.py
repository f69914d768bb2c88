"""Passages of an old sound are found in a new one, however it was encoded, and what is gone is said to be gone."""

from pathlib import Path

import pytest

from tests.titles.media import footage
from tests.titles.media.spoken import a_workshop, between, speech, spoken_film, without
from titles.media.aligning import Fate, Passage, align
from titles.media.soundprint import NoSound, Soundprint, listen, soundprint

pytestmark = pytest.mark.media

WITHIN_MS = 20
SAID = speech(36)


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """``heard(samples)`` is what is heard in a film that says them; ``options`` are those of ``spoken_film``."""
    folder = tmp_path_factory.mktemp("spoken")
    workshop = a_workshop(folder)

    def hear(samples, **options):
        return listen(workshop, spoken_film(folder / "said.mp4", samples, **options))

    return hear


@pytest.fixture(scope="module")
def old(heard) -> Soundprint:
    return heard(SAID)


def in_short(passages: tuple[Passage, ...]):
    return [(passage.fate, passage.start_ms, passage.end_ms, passage.shift_ms) for passage in passages]


def close_to(expected, passages: tuple[Passage, ...]) -> bool:
    """Whether fates are equal and all times as exact as promised."""
    found = in_short(passages)
    return [fate for fate, *_times in found] == [fate for fate, *_times in expected] and all(
        (time is None) == (wanted is None) and (time is None or abs(time - wanted) <= WITHIN_MS)
        for (_, *times), (_, *wished) in zip(found, expected, strict=True)
        for time, wanted in zip(times, wished, strict=True)
    )


END = 36_000


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (SAID, [(Fate.FOUND, 0, END, 0)]),
        (
            without(SAID, 31, 33),
            [(Fate.FOUND, 0, 31_000, 0), (Fate.REMOVED, 31_000, 33_000, None), (Fate.FOUND, 33_000, END, -2_000)],
        ),
        (without(SAID, 0, 1.5), [(Fate.REMOVED, 0, 1_500, None), (Fate.FOUND, 1_500, END, -1_500)]),
        (between(SAID, 0, 30), [(Fate.FOUND, 0, 30_000, 0), (Fate.REMOVED, 30_000, END, None)]),
        (
            between(SAID, 0, 20) + speech(1.5, seed=2) + SAID[20 * 8_000 :],
            [(Fate.FOUND, 0, 20_000, 0), (Fate.FOUND, 20_000, END, 1_500)],
        ),
    ],
    ids=["the same", "two seconds cut out", "a later start", "an earlier end", "something inserted"],
)
def test_another_edit_is_understood_to_the_hundredth(old, heard, said, expected):
    aligned = align(old, heard(said, kbps=48, level="-6dB"))

    assert close_to(expected, aligned.passages), in_short(aligned.passages)
    assert aligned.confidence > 0.5


def test_another_passage_in_the_place_of_one_is_said_to_be_not_found(old, heard):
    aligned = align(old, heard(between(SAID, 0, 20) + speech(3, seed=2) + SAID[23 * 8_000 :]))

    before, gone, after = aligned.passages
    assert [each.fate for each in aligned.passages] == [Fate.FOUND, Fate.NOT_FOUND, Fate.FOUND]
    assert (before.shift_ms, after.shift_ms) == (0, 0)
    assert (abs(gone.start_ms - 20_000) <= 150, abs(gone.end_ms - 23_000) <= 150) == (True, True)


def test_two_cuts_are_two_cuts(old, heard):
    aligned = align(old, heard(without(without(SAID, 25, 28), 10, 10.4), kbps=48, level="4dB"))

    assert [(each.fate, each.shift_ms) for each in aligned.passages if each.fate == Fate.REMOVED] == [
        (Fate.REMOVED, None)
    ] * 2
    shifts = [each.shift_ms for each in aligned.passages if each.fate == Fate.FOUND]
    assert [round(shift / 20) for shift in shifts] == [0, -20, -170]


def test_an_unrelated_sound_is_told_from_another_edit(old, heard):
    aligned = align(old, heard(speech(15, seed=9)))

    assert [passage.fate for passage in aligned.passages] == [Fate.NOT_FOUND]
    assert aligned.confidence == 0.0


def test_passages_cover_the_old_sound_and_come_back_from_json(old, heard):
    passages = align(old, heard(without(SAID, 31, 33))).passages

    assert passages[0].start_ms == 0
    assert [each.end_ms for each in passages[:-1]] == [each.start_ms for each in passages[1:]]
    assert passages[-1].end_ms == old.duration_ms
    assert tuple(Passage.from_json(each.to_json()) for each in passages) == passages


def test_the_contour_is_something_to_draw(old):
    contour = old.contour(300)

    assert len(contour) == 300
    assert (min(contour) >= 0, max(contour)) == (True, 100)


def test_a_film_without_sound_is_refused(tmp_path: Path):
    film = footage.film(tmp_path / "mute.mp4", seconds=1, sound=None)

    with pytest.raises(NoSound, match="no sound"):
        listen(a_workshop(tmp_path / "w"), film)


def test_a_silent_film_is_refused():
    with pytest.raises(NoSound, match="silence"):
        soundprint([(0.0,) * 8] * 500)


def test_a_playlist_that_calls_itself_a_film_is_not_followed(tmp_path: Path):
    target = footage.film(tmp_path / "secret.mp4", seconds=1)
    hostile = footage.playlist(tmp_path / "odd.mp4", target)

    with pytest.raises(Exception, match="playlist"):
        listen(a_workshop(tmp_path / "w"), hostile)
