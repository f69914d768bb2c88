import hashlib
import json

import pytest

from studios.scope import scope
from tests.titles.jobs.wishing import run_out
from tests.titles.media import footage
from titles.jobs.leasing import GaveUp, last_words, leased
from titles.jobs.models import Job
from titles.media.binaries import locate
from titles.media.checking import check
from titles.media.composing import compose_for
from titles.media.inspecting import keep
from titles.media.limits import MediaLimits
from titles.media.models import AudioTrack, Edition, Master, Package, Stream
from titles.media.receiving import receive
from titles.media.transcoding import anticipated, transcode
from titles.media.workshop import Programs, Workshop

pytestmark = pytest.mark.media

LIMITS = MediaLimits(shortest_ms=500, least_width_px=216, least_height_px=384)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """One second, one rung: what more there is to encode is tested where it is encoded."""
    return footage.film(tmp_path_factory.mktemp("films") / "film.mp4", seconds=1)


@pytest.fixture(scope="module")
def inspection(film):
    return check(film, LIMITS, ffmpeg=locate("ffmpeg"), ffprobe=locate("ffprobe"))


@pytest.fixture
def master(cut, producer, film, inspection, settings):
    """An accepted master whose transcode is due."""
    settings.TRANSCODE_QUALITY = "preview"
    with film.open("rb") as upload:
        master = receive(upload, cut=cut, name="film.mp4", by=producer)
    with scope(cut.studio_id):
        keep(inspection, master=master)
        return Master.objects.get()


def work_off(kind="transcode", work=transcode):
    for job in Job.claimed(kind):
        with leased(job) as lease:
            work(job, lease)


def compose_what_is_due():
    work_off("compose", lambda job, _lease: compose_for(job))


def again(master):
    with scope(master.studio_id):
        Job.enqueue("transcode", master)
    work_off()


def on_shelf(stores):
    return sorted(path for path in (stores / "packages").rglob("*") if path.is_file())


def test_an_accepted_master_becomes_a_package_with_every_frame(cut, master):
    work_off()

    with scope(cut.studio_id):
        package = Package.objects.get()
        assert (package.number, package.quality, package.frame_count, package.duration_ms) == (1, "preview", 25, 1_000)
        assert sorted(str(rendition) for rendition in package.renditions.select_related("stream", "audio_track")) == [
            "216x384",
            "zh-Hans (original)",
        ]


def test_the_sound_of_the_master_is_the_original_in_the_language_of_the_series(cut, master):
    work_off()

    with scope(cut.studio_id):
        assert list(AudioTrack.objects.values_list("cut", "language", "role")) == [(cut.pk, "zh-Hans", "original")]


def test_every_stream_lies_in_a_folder_named_after_its_bytes(cut, master, stores):
    work_off()

    with scope(cut.studio_id):
        streams = list(Stream.objects.all())
    assert len(streams) == 2
    for stream in streams:
        folder = stores / "packages" / stream.folder()
        digest = hashlib.sha256((folder / "stream.mp4").read_bytes()).hexdigest()
        assert (digest, json.loads((folder / "stream.json").read_text())) == (stream.digest, stream.facts)


def test_poster_and_mezzanine_lie_in_the_folder_of_the_package(cut, master, stores):
    work_off()

    with scope(cut.studio_id):
        package = Package.objects.get()
    folder = f"{cut.studio_id}/packages/{package.pk}"
    assert (package.poster.name, package.mezzanine.name) == (f"{folder}/poster.jpg", f"{folder}/mezzanine.mp4")
    assert (stores / "packages" / package.mezzanine.name).stat().st_size == package.mezzanine_bytes
    assert (stores / "packages" / package.poster.name).read_bytes().startswith(b"\xff\xd8")
    assert [offered["file"] for offered in package.posters] == [package.poster.name]


def test_storyboard_and_peaks_are_served_with_the_edition(cut, master, stores):
    work_off()

    with scope(cut.studio_id):
        package = Package.objects.get()
        board, sound = package.storyboard, package.sounds().get().stream
    folder = stores / "packages" / f"{cut.studio_id}" / "packages"
    shown = {path.name for path in (folder / board["stream"]).iterdir()}
    assert {board["index"], *board["sheets"]} < shown
    assert (folder / sound.digest / "peaks.json").is_file()


def test_an_edition_is_composed_afterwards(cut, master):
    work_off()
    compose_what_is_due()

    with scope(cut.studio_id):
        assert Edition.objects.get().package == Package.objects.get()


def test_the_same_job_again_makes_no_second_package_and_writes_no_file_anew(cut, master, stores):
    work_off()
    before = [(path, path.stat().st_mtime_ns) for path in on_shelf(stores)]

    again(master)

    with scope(cut.studio_id):
        assert (Package.objects.count(), Stream.objects.count()) == (1, 2)
    assert [(path, path.stat().st_mtime_ns) for path in on_shelf(stores)] == before


def test_the_same_job_again_repairs_a_stream_that_was_damaged_on_disk(cut, master, stores):
    work_off()
    with scope(cut.studio_id):
        damaged = stores / "packages" / Stream.objects.first().folder() / "stream.mp4"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:100])

    again(master)

    assert damaged.read_bytes() == whole


def test_another_quality_is_another_package(cut, master, settings):
    work_off()
    settings.TRANSCODE_QUALITY = "publish"

    again(master)

    with scope(cut.studio_id):
        assert list(Package.objects.order_by("number").values_list("number", "quality")) == [
            (1, "preview"),
            (2, "publish"),
        ]


def test_a_master_that_is_not_accepted_any_more_is_left_alone(cut, master, stores):
    with scope(cut.studio_id):
        master.move("accepted", "rejected", by=None)
    work_off()

    with scope(cut.studio_id):
        assert Job.objects.filter(kind="transcode").values_list("state", "error").get() == (
            "failed",
            "This master is not accepted any more, so nothing was made of it.",
        )
    assert on_shelf(stores) == []


def test_a_film_that_cannot_be_encoded_fails_with_a_sentence_and_leaves_nothing(cut, master, stores, film):
    whole = film.read_bytes()
    (stores / "masters" / master.file.name).write_bytes(whole[: int(len(whole) * 0.6)])
    work_off()

    with scope(cut.studio_id):
        job = Job.objects.get(kind="transcode")
        assert (job.state, job.error != "", Package.objects.count()) == ("failed", True, 0)
    assert on_shelf(stores) == []


def test_a_worker_that_lost_its_lease_makes_no_package(cut, master):
    stale = next(Job.claimed("transcode"))
    run_out(stale)
    with leased(stale) as lease:
        next(Job.claimed("transcode"))
        transcode(stale, lease)

    with scope(cut.studio_id):
        assert (Package.objects.count(), Stream.objects.count(), Job.objects.filter(kind="compose").count()) == (
            0,
            0,
            0,
        )


@pytest.mark.django_db(transaction=True)
def test_cancelling_stops_the_encoder_and_leaves_nothing(cut, master, producer, stores, settings):
    settings.JOB_HEARTBEAT_S = 0.05
    job = next(Job.claimed("transcode"))
    with leased(job) as lease:
        report = lease.report

        def cancel_once_it_encodes(step, share):
            report(step, share)
            with job.scope():
                Job.objects.get(pk=job.pk).cancel(by=producer)
            lease.report = report

        lease.report = cancel_once_it_encodes
        transcode(job, lease)

    with scope(cut.studio_id):
        assert (Job.objects.get(kind="transcode").state, Package.objects.count()) == ("cancelled", 0)
    assert on_shelf(stores) == []
    assert list((settings.HOME / "work").iterdir()) == []


def test_nothing_of_the_work_stays_behind(cut, master, settings):
    work_off()

    assert list((settings.HOME / "work").iterdir()) == []


def test_another_studio_sees_no_package(cut, master, harbor):
    work_off()

    with scope(harbor):
        assert [list(Package.objects.all()), list(Stream.objects.all())] == [[], []]


def test_what_a_program_said_is_kept_apart_from_the_sentence_for_people(tmp_path):
    room = Workshop(tmp_path, Programs.found())

    with pytest.raises(GaveUp, match="Retry it; if it fails again, export the master anew") as ended, anticipated():
        room.run("encode", room.programs.ffmpeg, "-i", "lost.mp4", "out.mp4")

    assert "No such file or directory" in last_words(ended.value)
    assert "No such file" not in str(ended.value)
