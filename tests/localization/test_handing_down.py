import pytest

from localization.handing_down import hand_down
from localization.importing import import_subtitles
from localization.models import Version
from studios.scope import scope
from titles.jobs.leasing import leased
from titles.jobs.models import Job
from titles.media.models import Sidecar


@pytest.fixture
def approve(cut, editor, reviewer):
    """Bring a text in and have it approved."""

    def approved(text, **more):
        data = f"1\n00:00:01,000 --> 00:00:02,500\n{text}\n".encode()
        with scope(cut.studio_id):
            version = import_subtitles(data, filename="es.srt", cut=cut, language="es", by=editor, **more)
            return version.submit(by=editor).approve(by=reviewer)

    return approved


def work_off():
    for job in Job.claimed("hand down"):
        with leased(job):
            hand_down(job)


def current(cut):
    with scope(cut.studio_id):
        return list(Sidecar.objects.filter(cut=cut).current())


def test_an_approved_version_becomes_a_subtitle_file_of_the_cut(cut, approve):
    version = approve("Hola")
    work_off()

    [sidecar] = current(cut)
    assert (sidecar.language, sidecar.kind, sidecar.name, sidecar.origin_id) == ("es", "full", "Español", version.pk)
    assert sidecar.webvtt == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nHola\n"


def test_a_new_edition_is_asked_for(cut, approve):
    approve("Hola")
    work_off()

    with scope(cut.studio_id):
        assert list(Job.objects.filter(kind="compose").values_list("subject_id", "state")) == [(cut.pk, "waiting")]


def test_kinds_that_viewers_see_side_by_side_have_names_of_their_own(cut, approve):
    for kind in ("full", "sdh", "forced", "dub"):
        approve("Hola", kind=kind)
    work_off()

    assert sorted(sidecar.name for sidecar in current(cut)) == [
        "Español",
        "Español (dub)",
        "Español (forced)",
        "Español [CC]",
    ]


def test_the_newest_approved_version_has_the_last_word(cut, approve):
    approve("Hola")
    approve("Buenas")
    work_off()

    [sidecar] = current(cut)
    assert "Buenas" in sidecar.webvtt


def test_a_late_job_of_an_older_version_changes_nothing(cut, approve):
    older = approve("Hola")
    work_off()
    approve("Buenas")
    work_off()
    with scope(cut.studio_id):
        Job.enqueue("hand down", older)
    work_off()

    [sidecar] = current(cut)
    assert "Buenas" in sidecar.webvtt


def test_a_newer_draft_does_not_take_an_approved_file_away(cut, approve, editor):
    approve("Hola")
    import_subtitles(
        b"1\n00:00:01,000 --> 00:00:02,500\nBuenas\n", filename="es.srt", cut=cut, language="es", by=editor
    )
    work_off()

    [sidecar] = current(cut)
    assert "Hola" in sidecar.webvtt


def test_handing_down_twice_makes_one_file(cut, approve):
    version = approve("Hola")
    work_off()
    with scope(cut.studio_id):
        Job.enqueue("hand down", version)
    work_off()

    with scope(cut.studio_id):
        assert (Sidecar.objects.count(), Version.objects.count()) == (1, 1)
