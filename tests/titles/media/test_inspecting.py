import io

import pytest
from PIL import Image, ImageStat

from studios.models import Studio
from studios.scope import scope
from tests.titles.jobs.wishing import run_out
from tests.titles.media import footage
from tests.titles.media.conftest import make_cut
from titles.catalog.models import Cut, Episode
from titles.jobs.leasing import leased
from titles.jobs.models import Job
from titles.media.checking import Inspection
from titles.media.inspecting import inspect
from titles.media.models import Finding, Master, Waiver
from titles.media.receiving import receive
from titles.media.wording import findings_of

pytestmark = pytest.mark.media

LIMITS = {"shortest_ms": 1_000, "least_width_px": 216, "least_height_px": 384}
SHORT = {**LIMITS, "shortest_ms": 5_000}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return footage.film(tmp_path_factory.mktemp("films") / "film.mp4")


@pytest.fixture(scope="module")
def long_film(tmp_path_factory):
    """Long enough to be known again."""
    folder = tmp_path_factory.mktemp("films")
    return footage.film(folder / "long.mp4", seconds=10, picture="mandelbrot=end_pts=300")


@pytest.fixture
def limits(lantern):
    """Set what Lantern expects of a master."""

    def expect(**wanted):
        with scope(lantern):
            Studio.objects.update(media_limits=wanted)

    expect(**LIMITS)
    return expect


def bring(cut, path, by):
    with path.open("rb") as upload:
        return receive(upload, cut=cut, name=path.name, by=by)


def another(cut):
    """The second episode of the same series."""
    with scope(cut.studio_id):
        return Episode.objects.create(series=cut.episode.series, number=2).default_cut()


def work_off():
    """Do every inspection that is due."""
    for job in Job.claimed("inspect"):
        with leased(job) as lease:
            inspect(job, lease)


def seen(master):
    """State of the master, rules of its findings, and kinds of jobs that wait."""
    with scope(master.studio_id):
        kept = Master.objects.get(pk=master.pk)
        return (
            kept.state,
            list(kept.findings.order_by("rule").values_list("rule", flat=True)),
            list(Job.objects.filter(state="waiting").values_list("kind", flat=True)),
        )


def again(master):
    with scope(master.studio_id):
        Job.enqueue("inspect", master)
    work_off()


def test_a_film_within_the_limits_is_accepted_and_goes_on_to_be_transcoded(cut, limits, producer, film):
    master = bring(cut, film, producer)
    work_off()

    assert seen(master) == ("accepted", [], ["transcode"])


def test_what_was_measured_is_kept_with_the_master(cut, limits, producer, film):
    bring(cut, film, producer)
    work_off()

    with scope(cut.studio_id):
        kept = Master.objects.get()
        inspection = Inspection.from_json(kept.inspection)
    assert (inspection.probe.video.width_px, inspection.measured.frames, kept.duration_ms()) == (216, 50, 2_000)


def test_accepting_is_a_move(cut, limits, producer, film):
    master = bring(cut, film, producer)
    work_off()

    with scope(cut.studio_id):
        assert list(master.moves().values_list("from_state", "to_state", "person")) == [("received", "accepted", None)]


def test_a_film_outside_a_limit_waits_for_a_person(cut, limits, producer, film):
    limits(**SHORT)
    master = bring(cut, film, producer)
    work_off()

    assert seen(master) == ("needs waiver", ["duration"], [])
    with scope(cut.studio_id):
        finding = master.findings.get()
        assert (finding.severity, finding.measured, finding.limit) == ("needs waiver", 2_000, [5_000, 120_000])
        assert finding.sentence.startswith("It lasts 2.0 s; 5.0 s to 120.0 s are expected.")


def test_a_film_that_is_cut_off_is_rejected_with_a_sentence(cut, limits, producer, film, tmp_path):
    master = bring(cut, footage.cut_off(tmp_path / "half.mp4", film), producer)
    work_off()

    assert seen(master) == ("rejected", ["complete"], [])
    with scope(cut.studio_id):
        assert master.findings.get().sentence.startswith("The file is cut off")


def test_a_file_that_only_begins_like_a_film_is_rejected(cut, limits, producer):
    master = receive(
        io.BytesIO(bytes.fromhex("00000018") + b"ftypisom" + bytes(5_000)), cut=cut, name="a.mp4", by=producer
    )
    work_off()

    assert seen(master) == ("rejected", ["readable"], [])


def test_a_silent_film_can_be_written_down(cut, limits, producer, tmp_path):
    limits(**LIMITS, silence_ms=60_000)
    master = bring(cut, footage.film(tmp_path / "silent.mp4", sound="anullsrc=sample_rate=48000"), producer)
    work_off()

    assert seen(master) == ("accepted", [], ["transcode"])


def test_a_second_person_waives_and_it_goes_on(cut, limits, producer, second_producer, film):
    limits(**SHORT)
    master = bring(cut, film, producer)
    work_off()

    with scope(cut.studio_id):
        Master.objects.get().waive(by=second_producer, why="A teaser may be short.")

    assert seen(master) == ("accepted", ["duration"], ["transcode"])


def test_each_waived_rule_says_who_waived_it_and_why(cut, limits, producer, second_producer, film):
    limits(**{**SHORT, "frame_rates": [60.0]})
    bring(cut, film, producer)
    work_off()

    with scope(cut.studio_id):
        Master.objects.get().waive(by=second_producer, why="A teaser may be short.")

        waived = Waiver.objects.order_by("rule").values_list("rule", "person", "why")
        assert list(waived) == [
            ("duration", second_producer.pk, "A teaser may be short."),
            ("frame_rate", second_producer.pk, "A teaser may be short."),
        ]


def test_a_finding_has_the_picture_at_its_place(cut, limits, producer, tmp_path, stores):
    limits(**LIMITS, black_inside_ms=300)
    dark = footage.film(
        tmp_path / "dark.mp4", picture="color=white", picture_filters="drawbox=t=fill:enable='between(t,0.7,1.2)'"
    )
    bring(cut, dark, producer)
    work_off()

    with scope(cut.studio_id):
        finding = Finding.objects.get(rule="black_inside")
        with Image.open(stores / "packages" / finding.still.name) as picture:
            assert (picture.format, picture.size) == ("JPEG", (180, 320))
            assert ImageStat.Stat(picture.convert("L")).mean[0] < 10
        assert 600 <= finding.start_ms < finding.end_ms <= 1_420  # eight pictures a second are looked at
        assert findings_of(finding.master)[0].still.endswith(finding.still.name.removeprefix(str(cut.studio_id)))


def test_the_same_film_for_another_episode_is_told(cut, limits, producer, film):
    bring(cut, film, producer)
    other = another(cut)
    again = bring(other, film, producer)
    work_off()

    assert seen(again)[:2] == ("needs waiver", ["duplicate"])
    with scope(cut.studio_id):
        finding = again.findings.get()
        assert finding.sentence == (
            "It is the same file as master 1 of episode 1 of Heiress. Check which episode it belongs to."
        )
        assert findings_of(again)[0].other == f"/admin/media/master/{Master.objects.get(cut=cut).pk}/change/"


def test_the_same_picture_encoded_once_more_is_told_too(cut, limits, producer, long_film, tmp_path):
    smaller = footage.made(
        tmp_path / "smaller.mp4",
        *("-i", f"{long_film}", "-vf", "scale=180:320,eq=brightness=0.03", "-r", "30"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "33", "-c:a", "copy"),
    )
    limits(**{**LIMITS, "least_width_px": 180, "least_height_px": 320, "black_inside_ms": 9_000})
    bring(cut, long_film, producer)
    work_off()
    again = bring(another(cut), smaller, producer)
    work_off()

    with scope(cut.studio_id):
        assert again.findings.get(rule="duplicate").sentence.startswith("It shows the same picture as master 1 of")


def test_of_two_alike_the_later_upload_is_the_duplicate_whichever_is_looked_at_first(
    cut, limits, producer, long_film, tmp_path
):
    again = footage.made(tmp_path / "again.mp4", "-i", f"{long_film}", "-c:v", "libx264", "-crf", "30", "-c:a", "copy")
    limits(**LIMITS, black_inside_ms=9_000)
    first = bring(cut, long_film, producer)
    with scope(cut.studio_id):
        Job.objects.all().delete()
    second = bring(another(cut), again, producer)
    work_off()
    alone = seen(second)[:2]
    with scope(cut.studio_id):
        Job.enqueue("inspect", first)
    work_off()

    assert (alone, seen(first)[:2], seen(second)[:2]) == (
        ("accepted", []),
        ("accepted", []),
        ("needs waiver", ["duplicate"]),
    )


def test_what_replaces_a_master_or_is_of_another_studio_is_no_duplicate(cut, limits, producer, outsider, harbor, film):
    bring(cut, film, producer)
    foreign = bring(make_cut(harbor), film, outsider)
    with scope(harbor):
        Studio.objects.filter(pk=harbor.pk).update(media_limits=LIMITS)
    with scope(cut.studio_id):
        alternate = Cut.objects.create(episode=cut.episode, is_default=False, name="without the kiss")
    same_episode = bring(alternate, film, producer)
    work_off()

    assert [seen(master)[:2] for master in (foreign, same_episode)] == [("accepted", [])] * 2


def test_a_master_that_was_replaced_is_no_original(cut, limits, producer, film, tmp_path):
    bring(cut, film, producer)
    bring(cut, footage.film(tmp_path / "right.mp4", picture="testsrc"), producer)
    right_place = bring(another(cut), film, producer)
    work_off()

    assert seen(right_place)[:2] == ("accepted", [])


def test_duplicates_may_be_allowed(cut, limits, producer, film):
    limits(**LIMITS, no_duplicates=False)
    bring(cut, film, producer)
    again = bring(another(cut), film, producer)
    work_off()

    assert seen(again)[:2] == ("accepted", [])


def test_another_look_replaces_the_findings_of_the_one_before(cut, limits, producer, film):
    limits(**SHORT)
    master = bring(cut, film, producer)
    work_off()
    limits(**LIMITS, letterbox_share=0.0, frame_rates=[60.0])

    again(master)

    assert seen(master) == ("needs waiver", ["frame_rate"], [])


def test_looser_limits_accept_what_needed_a_waiver(cut, limits, producer, film):
    limits(**SHORT)
    master = bring(cut, film, producer)
    work_off()
    limits(**LIMITS)

    again(master)

    assert seen(master) == ("accepted", [], ["transcode"])


def test_what_was_waived_stays_waived_when_it_is_found_again(cut, limits, producer, second_producer, film):
    limits(**SHORT)
    master = bring(cut, film, producer)
    work_off()
    with scope(cut.studio_id):
        Master.objects.get().waive(by=second_producer, why="A teaser may be short.")

    again(master)

    assert seen(master)[0] == "accepted"


def test_something_new_needs_a_waiver_of_its_own(cut, limits, producer, second_producer, film):
    limits(**SHORT)
    master = bring(cut, film, producer)
    work_off()
    with scope(cut.studio_id):
        Master.objects.get().waive(by=second_producer, why="A teaser may be short.")
    limits(**SHORT, frame_rates=[60.0])

    again(master)

    assert seen(master)[:2] == ("needs waiver", ["duration", "frame_rate"])


def test_a_file_that_vanished_fails_the_job_with_a_sentence(cut, limits, producer, film, stores):
    master = bring(cut, film, producer)
    (stores / "masters" / master.file.name).unlink()
    work_off()

    with scope(cut.studio_id):
        assert Job.objects.values_list("state", "error").get() == (
            "failed",
            "The file is missing from the store. Upload it again, or restore it from a backup.",
        )


def test_limits_that_cannot_be_used_fail_the_job_with_a_sentence(cut, limits, producer, film):
    limits(shortest="a minute")
    bring(cut, film, producer)
    work_off()

    with scope(cut.studio_id):
        job = Job.objects.get()
        assert (job.state, job.error.split(";")[0]) == ("failed", "There is no limit shortest")


def test_a_worker_that_lost_its_lease_leaves_the_master_as_it_was(cut, limits, producer, film):
    master = bring(cut, film, producer)
    stale = next(Job.claimed("inspect"))
    with leased(stale) as lease:
        run_out(stale)
        next(Job.claimed("inspect"))
        inspect(stale, lease)

    assert seen(master) == ("received", [], [])


def test_nothing_of_the_work_stays_behind(cut, limits, producer, film, settings):
    bring(cut, film, producer)
    work_off()

    assert list((settings.HOME / "work").iterdir()) == []
