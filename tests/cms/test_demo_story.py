"""The texts and subtitle files of the sample series."""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import pytest

from cms.demo import story
from cms.demo.reel import EPISODES
from localization import formats
from localization.formats import Document
from titles.catalog.languages import METADATA_LANGUAGES, bcp47
from titles.catalog.models.person import Role
from titles.catalog.models.tag import Kind

LANGUAGES = [code for code, _name in METADATA_LANGUAGES]
MOST_CHARACTERS_PER_LINE = {"en": 32, "es": 32, "pt-BR": 32, "fr": 32, "id": 32, "zh-Hans": 14, "ja": 13, "ar": 34}
MOST_CHARACTERS_PER_S = {"en": 20, "es": 17, "pt-BR": 17, "fr": 17, "id": 17, "zh-Hans": 9, "ja": 4, "ar": 20}
ENCODINGS = {"es": "utf-8-sig", "ja": "cp932"}


def tracks() -> Iterator[tuple[int, str, Document]]:
    """Every subtitle file, read: episode number, language, document."""
    for chapter in story.EPISODES:
        for file in chapter.subtitles:
            document = formats.read(file.read(), filename=file.path.name, language=file.language)
            yield chapter.number, file.language, document


def characters(line: str, language: str) -> float:
    """Count what is read: no vowel signs, and half for narrow letters in Japanese."""
    seen = [letter for letter in line if not unicodedata.combining(letter)]
    if language != "ja":
        return len(seen)
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in seen)


@pytest.mark.parametrize(
    "texts",
    [
        *(story.SERIES.titles, story.SERIES.taglines, story.SERIES.synopses),
        *(texts for chapter in story.EPISODES for texts in (chapter.titles, chapter.synopses)),
        *(member.names for member in story.CAST),
        *(member.characters for member in story.CAST if member.characters),
        *(tag.names for tag in story.TAGS),
    ],
    ids=lambda texts: texts["en"][:40],
)
def test_every_text_is_there_in_eight_languages(texts: story.Texts) -> None:
    assert [code for code in texts if texts[code].strip()] == LANGUAGES


def test_roles_and_kinds_are_those_of_the_catalog() -> None:
    assert {member.role for member in story.CAST} <= set(Role.values)
    assert {tag.kind for tag in story.TAGS} == set(Kind.values)


def test_billing_counts_from_one() -> None:
    assert [member.billing for member in story.CAST] == list(range(1, len(story.CAST) + 1))


def test_there_is_a_chapter_for_every_film() -> None:
    assert [chapter.number for chapter in story.EPISODES] == [episode.number for episode in EPISODES]


def test_every_episode_has_subtitles_in_eight_languages() -> None:
    for chapter in story.EPISODES:
        assert [file.language for file in chapter.subtitles] == sorted(map(bcp47, LANGUAGES))


def test_files_are_of_mixed_formats_and_encodings() -> None:
    found = {language: document.encoding for _number, language, document in tracks()}

    assert found == {bcp47(code): ENCODINGS.get(code, "utf-8") for code in LANGUAGES}
    assert {file.language for file in story.EPISODES[0].subtitles if file.path.suffix == ".vtt"} == {"ar", "zh-Hans"}


def test_only_the_encoding_of_japanese_needs_a_second_look() -> None:
    assert {language for _number, language, document in tracks() if document.repairs} == {"ja"}


def test_all_languages_of_an_episode_have_the_same_times() -> None:
    times: dict[int, set[tuple[tuple[int, int], ...]]] = {}
    for number, _language, document in tracks():
        times.setdefault(number, set()).add(tuple((cue.start_ms, cue.end_ms) for cue in document.cues))

    assert {number: [len(kind) for kind in kinds] for number, kinds in times.items()} == {1: [18], 2: [6], 3: [6]}


def test_cues_stand_in_order_with_two_frames_between_them_and_within_the_film() -> None:
    lengths_ms = {episode.number: 1000 * episode.seconds for episode in EPISODES}
    for number, _language, document in tracks():
        assert all(before.end_ms + 80 <= after.start_ms for before, after in pairwise(document.cues))
        assert all(834 <= cue.end_ms - cue.start_ms <= 5_000 for cue in document.cues)
        assert document.cues[-1].end_ms <= lengths_ms[number]


def test_no_cue_stays_over_a_cut() -> None:
    for episode in EPISODES:
        cuts_ms = [1000 * sum(shot.seconds for shot in episode.shots[:index]) for index in range(len(episode.shots))]
        english = next(
            document for number, language, document in tracks() if (number, language) == (episode.number, "en")
        )
        crossed = [cue.text for cue in english.cues for cut in cuts_ms if cue.start_ms < cut < cue.end_ms]
        assert crossed == []


def test_lines_fit_an_upright_frame() -> None:
    wide = [
        (language, line)
        for _number, language, document in tracks()
        for cue in document.cues
        for line in cue.text.splitlines()
        if characters(line, language) > MOST_CHARACTERS_PER_LINE[language]
    ]

    assert wide == []
    assert max(len(cue.text.splitlines()) for _number, _language, document in tracks() for cue in document.cues) == 2


def test_cues_can_be_read_in_their_time() -> None:
    hasty = [
        (language, cue.text)
        for _number, language, document in tracks()
        for cue in document.cues
        if sum(characters(line, language) for line in cue.text.splitlines()) * 1000
        > MOST_CHARACTERS_PER_S[language] * (cue.end_ms - cue.start_ms)
    ]

    assert hasty == []
