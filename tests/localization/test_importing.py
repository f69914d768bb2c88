import threading

import pytest
from django.db import connection

from localization.formats import Unreadable
from localization.importing import NoSuchKind, import_subtitles
from localization.languages import NotALanguage
from localization.models import Track, Version
from studios.models import Change
from studios.scope import scope
from tests.localization.conftest import make_master

SRT = "1\n00:00:01,000 --> 00:00:02,500\n你骗了我。\n\n2\n00:00:03,000 --> 00:00:04,000\n没有。\n".encode()


def srt(*times: str) -> bytes:
    return "\n".join(f"{number}\n{each}\nText {number}\n" for number, each in enumerate(times, start=1)).encode()


@pytest.fixture
def bring(cut, editor):
    """Import a file of the first episode, as the editor does."""

    def imported(data=SRT, *, filename="001.zh.srt", language="zh-Hans", **more):
        return import_subtitles(data, filename=filename, cut=cut, language=language, by=editor, **more)

    return imported


def test_a_file_becomes_the_first_version_of_its_track(cut, bring, editor):
    version = bring()

    with scope(cut.studio_id):
        assert list(Track.objects.values_list("cut", "language", "kind")) == [(cut.pk, "zh-Hans", "full")]
        kept = Version.objects.get()
        assert (kept.pk, kept.number, kept.state, kept.cue_count) == (version.pk, 1, "draft", 2)
        assert (kept.author, kept.original_name, kept.encoding) == (editor, "001.zh.srt", "utf-8")


def test_the_document_can_be_read_back(bring):
    version = bring()

    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in version.read().cues] == [
        (1_000, 2_500, "你骗了我。"),
        (3_000, 4_000, "没有。"),
    ]
    assert version.read().digest() == version.digest


def test_an_shift_jis_file_is_read_when_the_language_says_japanese(bring):
    version = bring("1\n00:00:01,000 --> 00:00:02,500\n嘘つき。\n".encode("shift_jis"), language="ja")

    assert version.read().cues[0].text == "嘘つき。"
    assert version.repairs != []


def test_a_webvtt_file_is_taken_too(bring):
    version = bring(b"WEBVTT\n\n00:01.000 --> 00:02.500 line:10%\nHola\n", filename="es.vtt", language="es")

    assert (version.read().cues[0].settings, version.repairs) == ({"line": "10%"}, [])


def test_the_language_is_written_our_way(cut, bring):
    bring(language="pt_br")

    with scope(cut.studio_id):
        assert Track.objects.get().language == "pt-BR"


def test_the_next_file_is_the_next_version(cut, bring):
    versions = [bring(), bring(srt("00:00:01,000 --> 00:00:02,000"))]

    assert [version.number for version in versions] == [1, 2]
    assert {version.track_id for version in versions} == {versions[0].track_id}


def test_the_same_file_again_makes_no_new_version(cut, bring, reviewer):
    first = bring()
    again = bring(filename="renamed.srt")

    assert again == first
    with scope(cut.studio_id):
        assert Version.objects.count() == 1


def test_going_back_to_an_older_text_is_a_new_version(bring):
    first = bring()
    bring(srt("00:00:01,000 --> 00:00:02,000"))

    back = bring()

    assert (back.number, back.digest) == (3, first.digest)


def test_each_kind_of_a_language_is_a_track_of_its_own(cut, bring):
    bring()
    bring(kind="sdh")

    with scope(cut.studio_id):
        assert sorted(Track.objects.values_list("kind", flat=True)) == ["full", "sdh"]


def test_a_version_names_the_newest_accepted_master(cut, bring):
    with scope(cut.studio_id):
        accepted = make_master(cut, number=2)
        make_master(cut, number=3, state="rejected")

    version = bring()

    with scope(cut.studio_id):
        assert version.master == accepted


def test_subtitles_may_come_before_the_picture(lantern, cut, bring):
    with scope(lantern):
        cut.masters.all().delete()

    assert bring().master is None


def test_a_translation_names_the_version_that_it_renders(bring):
    original = bring()
    translation = bring(srt("00:00:01,000 --> 00:00:02,500"), language="en", translated_from=original)

    assert translation.translated_from == original


def test_what_was_mended_is_told(bring):
    version = bring(b"1\n00:01.5 --> 00:02.5\nHi\n", filename="en.srt", language="en")

    assert "Line 2: the hours were missing from the times." in version.repairs


def test_a_cue_that_ends_after_the_picture_is_told(bring):
    version = bring(srt("00:00:01,000 --> 00:00:02,000", "00:00:29,000 --> 00:00:31,000"))

    assert version.repairs == ["Cue 2 ends at 00:00:31.000, after the picture's end at 00:00:30.000."]


def test_of_many_alike_the_first_few_are_told_and_the_rest_counted(bring):
    times = [f"00:00:{second},000 --> 00:00:{second},900" for second in range(29, 38)]
    version = bring(srt("00:00:01,000 --> 00:00:02,000", *times))

    assert len(version.repairs) == 6
    assert version.repairs[0] == "Cue 3 ends at 00:00:30.900, after the picture's end at 00:00:30.000."
    assert version.repairs[-1] == "The same holds for 3 more cues."


def test_subtitles_of_another_episode_are_refused(cut, bring):
    with pytest.raises(Unreadable) as refusal:
        bring(srt("00:00:40,000 --> 00:00:41,000"))

    assert str(refusal.value) == (
        "The first subtitle starts after the picture has ended. Is this the file of another episode?"
    )
    with scope(cut.studio_id):
        assert Version.objects.count() == 0


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02\xff\xfe garbage", b"Dear editor,\nplease find attached", b"WEBVTT\n"]
)
def test_what_holds_no_subtitle_is_refused_with_a_sentence_and_leaves_nothing(cut, bring, data):
    with pytest.raises(Unreadable) as refusal:
        bring(data)

    assert str(refusal.value).endswith((".", "?"))
    with scope(cut.studio_id):
        assert [Track.objects.count(), Version.objects.count()] == [0, 0]


def test_a_language_that_is_none_is_refused(bring):
    with pytest.raises(NotALanguage):
        bring(language="Spanish")


def test_a_kind_that_there_is_not_is_refused(bring):
    with pytest.raises(NoSuchKind, match="karaoke"):
        bring(kind="karaoke")


def test_the_audit_knows_person_and_door(cut, bring, editor):
    version = bring()

    with scope(cut.studio_id):
        assert Change.objects.filter(row_id=version.pk).values_list("person", "door").get() == (editor.pk, "import")


def test_another_studio_sees_no_subtitles(bring, harbor):
    bring()

    with scope(harbor):
        assert [list(Track.objects.all()), list(Version.objects.all())] == [[], []]


@pytest.mark.django_db(transaction=True)
def test_two_files_at_the_same_time_become_two_versions(bring):
    numbers: list[int] = []
    together = threading.Barrier(2)

    def one(times: str) -> None:
        try:
            together.wait()
            numbers.append(bring(srt(times)).number)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=one, args=[times])
        for times in ("00:00:01,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:04,000")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == [1, 2]
