import hashlib

import pytest

from studios.keys import new_id
from studios.scope import scope
from tests.titles.media.footage import film
from tests.titles.media.test_laying_back import packaged, put_on_shelf
from titles.jobs.leasing import leased
from titles.jobs.models import Job
from titles.media import storing
from titles.media.burning import STANDARD
from titles.media.burning_in import make_burned_in
from titles.media.composing import compose
from titles.media.handing_down import hand_down
from titles.media.models import BurnedIn
from titles.media.models.package import packages_storage

__all__ = ["packaged"]

pytestmark = pytest.mark.media

CUES = "WEBVTT\n\n00:00.200 --> 00:01.500\n{}\n"


@pytest.fixture
def edition(cut, packaged, tmp_path, stores):
    """An edition whose mezzanine is a real film of two seconds, with Arabic subtitles."""
    put_on_shelf(cut, packaged)
    storing.keep_file(packages_storage(), "first.mp4", film(tmp_path / "mezzanine.mp4"))
    return with_subtitles(cut, "هل دفعت 42؟")


def with_subtitles(cut, text):
    with scope(cut.studio_id):
        hand_down(cut, language="ar", kind="full", name="العربية", webvtt=CUES.format(text), origin_id=new_id())
    return compose(cut)


def wish(cut, edition, by):
    with scope(cut.studio_id):
        return BurnedIn.wish(edition, edition.sidecars.get(), by=by)


def work():
    for job in Job.claimed("burn in"):
        with leased(job) as lease:
            make_burned_in(job, lease)


def jobs_of(cut):
    with scope(cut.studio_id):
        return list(Job.objects.filter(kind="burn in").values_list("state", "error").order_by("id"))


def test_a_film_that_was_asked_for_is_made_and_addressed_by_package_subtitles_and_style(cut, edition, producer, stores):
    wish(cut, edition, producer)
    work()

    with scope(cut.studio_id):
        made = BurnedIn.objects.select_related("package", "sidecar").get()
        folder = f"{cut.studio_id}/packages/{made.package.pk}"
        assert made.state == BurnedIn.State.DONE
        assert made.file.name == f"{folder}/burned-{made.sidecar.sha256[:16]}-{STANDARD.digest[:8]}.mp4"
    content = (stores / "packages" / made.file.name).read_bytes()
    assert (made.size_bytes, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_one_that_is_ready_is_not_made_again(cut, edition, producer):
    first = wish(cut, edition, producer)
    work()

    assert (wish(cut, edition, producer).pk, jobs_of(cut)) == (first.pk, [("done", "")])


def test_other_subtitles_are_another_film(cut, edition, producer):
    first = wish(cut, edition, producer)
    second = wish(cut, with_subtitles(cut, "لا"), producer)

    assert first.pk != second.pk


def test_what_cannot_be_painted_fails_with_a_sentence(cut, edition, producer):
    wish(cut, with_subtitles(cut, "😀"), producer)
    work()

    ((state, sentence),) = jobs_of(cut)
    assert (state, "GRINNING FACE" in sentence) == ("failed", True)


def test_another_studio_sees_no_film(cut, edition, producer, harbor):
    wish(cut, edition, producer)

    with scope(harbor):
        assert list(BurnedIn.objects.all()) == []
