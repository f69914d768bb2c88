import hashlib

import pytest

from tests.titles.media.lineup import every_kind, ladder, picture, sound, subtitles
from titles.media.manifests import NotOnePicture, digest_of, edition_files
from titles.media.parts import NameTaken, SoundRole, SubtitleFile, SubtitleKind, UnfitName, UnfitSubtitles


def test_an_edition_is_two_manifests_and_two_files_for_each_language():
    edition = edition_files(ladder(), [sound()], [subtitles("es"), subtitles("ja", name="日本語")])

    assert sorted(edition.files) == [
        "es.m3u8",
        "es.vtt",
        "ja.m3u8",
        "ja.vtt",
        "manifest.mpd",
        "master.m3u8",
    ]


def test_the_same_parts_make_the_same_edition():
    assert edition_files(ladder(), [sound()], every_kind()) == edition_files(ladder(), [sound()], every_kind())


def test_one_changed_letter_makes_another_edition_in_which_all_else_is_the_same():
    before, after = (
        edition_files([picture()], [sound()], [SubtitleFile("es", SubtitleKind.FULL, "Español", webvtt)])
        for webvtt in (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHola.\n", b"WEBVTT\n\n00:01.000 --> 00:02.000\nHola!\n")
    )

    changed = [name for name in before.files if before.files[name] != after.files[name]]

    assert changed == ["es.vtt"]
    assert before.digest != after.digest


def test_the_digest_is_that_of_a_checksum_listing():
    listing = f"{hashlib.sha256(b'one').hexdigest()}  a.vtt\n{hashlib.sha256(b'two').hexdigest()}  b.vtt\n"

    assert digest_of({"b.vtt": b"two", "a.vtt": b"one"}) == hashlib.sha256(listing.encode()).hexdigest()


def test_subtitles_last_as_long_as_the_picture_and_not_as_their_last_cue():
    edition = edition_files([picture(duration_ms=29_960)], [sound()], [subtitles("es")])

    assert "#EXTINF:29.960," in edition.files["es.m3u8"].decode().splitlines()


def test_an_edition_needs_a_picture():
    with pytest.raises(NotOnePicture, match="at least one rung"):
        edition_files([], [sound()])


def test_rungs_of_different_films_make_no_edition():
    with pytest.raises(NotOnePicture, match="not of the same picture"):
        edition_files([picture(), picture(360, 640, frame_count=749)])


def test_two_subtitle_files_of_one_name_are_refused():
    with pytest.raises(NameTaken, match="“español”"):
        edition_files([picture()], [], [subtitles("es"), subtitles("es-MX", name="español")])


def test_two_subtitle_files_of_one_language_and_kind_are_refused():
    with pytest.raises(NameTaken, match="“es”"):
        edition_files([picture()], [], [subtitles("es"), subtitles("es", name="Castellano")])


def test_two_sounds_of_one_name_are_refused():
    with pytest.raises(NameTaken, match="“English”"):
        edition_files([picture()], [sound(name="English"), sound("en", SoundRole.DUB, "English")])


@pytest.mark.parametrize("name", ['the "best"', "two\nlines", "two\u2028lines", "", "   "])
def test_a_name_that_would_break_a_playlist_is_refused(name):
    with pytest.raises(UnfitName):
        subtitles(name=name)
    with pytest.raises(UnfitName):
        sound(name=name)


@pytest.mark.parametrize("language", ["", "../es", "master", "Spanish please", 'e"s'])
def test_a_language_that_is_no_tag_never_becomes_a_file_name(language):
    with pytest.raises(UnfitName, match="language tag"):
        subtitles(language)


@pytest.mark.parametrize("content", [b"", b"1\n00:00:01,000 --> 00:00:02,000\nHola\n", b"WEBVTTX\n"])
def test_other_subtitles_than_webvtt_are_refused(content):
    with pytest.raises(UnfitSubtitles, match="WEBVTT"):
        SubtitleFile("es", SubtitleKind.FULL, "Español", content)


def test_subtitles_with_a_clock_of_their_own_are_refused():
    with pytest.raises(UnfitSubtitles, match="X-TIMESTAMP-MAP"):
        SubtitleFile("es", SubtitleKind.FULL, "Español", b"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000\n\n")


def test_a_cue_may_speak_of_the_clock():
    spoken = b"WEBVTT\n\n00:01.000 --> 00:02.000\nX-TIMESTAMP-MAP\n"

    assert SubtitleFile("es", SubtitleKind.FULL, "Español", spoken).webvtt == spoken
