"""An episode of three chunks: what is kept between them, who goes on, and what is left in the end."""

import ctypes
import os
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.config import Config
from django.utils import timezone

from studios.keys import new_id
from studios.scope import scope
from tests.titles.jobs.wishing import run_out
from tests.titles.media import footage
from tests.titles.media.conftest import make_cut
from titles.jobs.leasing import leased
from titles.jobs.models import Job, LeaseLost
from titles.media import checkpoints
from titles.media.binaries import locate
from titles.media.checking import check
from titles.media.checkpoints import Checkpoints
from titles.media.encoding import Piece
from titles.media.mending import mend
from titles.media.models import Chunk, Master, Package, Stream
from titles.media.planning import Plan
from titles.media.probing import probe
from titles.media.receiving import receive
from titles.media.transcoding import own_encoder, retry_season, transcode

pytestmark = pytest.mark.media

FFPROBE = locate("ffprobe")


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Twenty-six seconds of five tiny frames each: three chunks at most twelve seconds long."""
    folder = tmp_path_factory.mktemp("films")
    return footage.film(folder / "film.mp4", seconds=26, rate="5", width_px=72, height_px=128, options=["-g", "10"])


@pytest.fixture(scope="module")
def inspection(film):
    return check(film, ffmpeg=locate("ffmpeg"), ffprobe=FFPROBE)


@pytest.fixture
def accept(film, inspection, settings, stores, messages):
    """``accept(cut)``: the film is its accepted master, and its transcode is due."""
    settings.TRANSCODE_QUALITY = "preview"

    def accepted(cut):
        with film.open("rb") as upload:
            master = receive(upload, cut=cut, name="film.mp4", by=None)
        with scope(cut.studio_id):
            Job.objects.about(master).delete()
            Master.objects.filter(pk=master.pk).update(state="accepted", inspection=inspection.to_json())
            Job.enqueue("transcode", master)
            return Master.objects.get(pk=master.pk)

    return accepted


@pytest.fixture
def master(cut, accept):
    return accept(cut)


def one_part(kind="transcode", work=transcode):
    """Let a worker claim the best job, do its part and put it down."""
    job = next(Job.claimed(kind))
    with leased(job) as lease:
        work(job, lease)
    with job.scope():
        return Job.objects.get(pk=job.pk)


def all_parts(kind="transcode", work=transcode):
    for job in Job.claimed(kind):
        with leased(job) as lease:
            work(job, lease)


def chunks(studio):
    with scope(studio):
        return list(Chunk.objects.order_by("index").values_list("index", "first_frame", "frame_count", "token"))


def files_in(stores, alias="scratch"):
    return sorted(path for path in (stores / alias).rglob("*") if path.is_file())


def test_each_claim_makes_one_chunk_and_hands_the_job_back(lantern, master):
    first = one_part()
    made = chunks(lantern)
    second = one_part()

    assert (first.state, first.lease_until, first.tries) == ("running", None, 0)
    assert made == [(0, 0, 60, 1)]
    assert [index for index, *_ in chunks(lantern)] == [0, 1]
    assert (first.step, second.step) == ("encode", "encode")
    assert 0 < first.progress_permille <= second.progress_permille


def test_the_last_part_makes_a_package_of_all_chunks_and_leaves_no_scratch(lantern, master, stores):
    all_parts()

    with scope(lantern):
        assert Package.objects.values_list("frame_count", "duration_ms").get() == (130, 26_000)
        moves = Job.objects.get(kind="transcode").moves()
        assert list(moves.values_list("to_state", flat=True)) == ["waiting", "running", "done"]
    assert (chunks(lantern), files_in(stores)) == ([], [])


def test_whoever_goes_on_after_a_kill_makes_only_what_is_missing(lantern, master):
    one_part()
    dead = next(Job.claimed("transcode"))
    run_out(dead)
    one_part()

    assert [(index, token) for index, *_, token in chunks(lantern)] == [(0, 1), (1, 4)]


def test_chunks_that_came_to_harm_are_made_again(lantern, master, stores):
    one_part()
    one_part()
    lost, damaged = files_in(stores)
    lost.unlink()
    damaged.write_bytes(damaged.read_bytes()[:-9] + b"something")
    all_parts()

    with scope(lantern):
        assert Package.objects.values_list("frame_count", flat=True).get() == 130
    assert files_in(stores) == []


def test_an_episode_that_another_encoder_began_starts_anew(lantern, master):
    one_part()
    with scope(lantern):
        (row,) = Chunk.objects.all()
        Chunk.objects.all().delete()
        row.pk, row.plan, row.encoder = new_id(), "f" * 64, "another build"
        row.save(force_insert=True)
        Job.objects.update(needs="another build")
    job = one_part()

    with scope(lantern):
        assert Chunk.objects.values_list("encoder", "index").get() == (job.needs, 0)
    assert job.needs == own_encoder()


def test_a_retry_goes_on_where_the_failed_job_stopped(lantern, master, producer):
    failed = one_part()
    with scope(lantern):
        failed.move("running", "failed", by=None, finished_at=timezone.now())
        checkpoints.sweep()
        failed.retry(by=producer)
    second = one_part()

    assert (second.pk == failed.pk, [index for index, *_ in chunks(lantern)]) == (False, [0, 1])


def test_a_season_is_retried_at_once(lantern, cut, accept, producer):
    accept(cut)
    accept(make_cut(lantern, slug="tides"))
    with scope(lantern):
        for job in Job.objects.filter(kind="transcode"):
            job.move("waiting", "failed", by=None)

        asked = retry_season(cut.episode.series, by=producer)

        assert [job.subject_id for job in asked] == list(cut.masters.values_list("pk", flat=True))
        assert list(Job.objects.filter(state="waiting").values_list("pk", flat=True)) == [job.pk for job in asked]


def test_a_worker_that_lost_its_lease_leaves_no_chunk(lantern, master, stores, tmp_path):
    stale = next(Job.claimed("transcode"))
    run_out(stale)
    next(Job.claimed("transcode"))
    piece = tmp_path / "piece.mp4"
    piece.write_bytes(b"pictures")
    plan = Plan.of(probe(Path(stores / "masters" / master.file.name), ffprobe=FFPROBE))

    with pytest.raises(LeaseLost):
        Checkpoints(stale, master, plan, "f" * 64).keep(plan.chunks[0], Piece(piece, 60))

    assert (chunks(lantern), files_in(stores)) == ([], [])


def test_what_a_cancelled_job_left_is_swept(lantern, master, producer, stores):
    job = one_part()
    with scope(lantern):
        job.cancel(by=producer)
    checkpoints.sweep()

    assert (chunks(lantern), files_in(stores)) == ([], [])


def test_a_failed_job_keeps_its_chunks_for_a_day(lantern, master, stores):
    job = one_part()
    with scope(lantern):
        job.move("running", "failed", by=None, finished_at=timezone.now())
    checkpoints.sweep()
    kept = len(files_in(stores))
    with scope(lantern):
        Job.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    checkpoints.sweep()

    assert (kept, chunks(lantern), files_in(stores)) == (1, [], [])


def test_sweeping_leaves_what_is_in_work(lantern, master, stores):
    one_part()
    checkpoints.sweep()

    assert (len(chunks(lantern)), len(files_in(stores))) == (1, 1)


def test_studios_take_turns_chunk_by_chunk(lantern, harbor, cut, accept):
    accept(cut)
    accept(make_cut(harbor))

    assert [one_part().studio_id for _ in range(4)] == [lantern.pk, harbor.pk, lantern.pk, harbor.pk]


def test_an_urgent_replacement_overtakes_a_season_between_two_chunks(lantern, cut, accept, producer):
    season = accept(cut)
    first = one_part()
    replacement = accept(make_cut(lantern, slug="tides"))
    with scope(lantern):
        Job.objects.about(replacement).get().hurry(by=producer)

    assert [one_part().subject_id for _ in range(2)] == [replacement.pk] * 2
    assert first.subject_id == season.pk


# One stream alone


def test_a_lost_rung_is_made_again_chunk_by_chunk_and_a_damaged_sound_at_once(lantern, master, producer, stores):
    all_parts()
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files_in(stores, "packages")}
    picture, sound = asked_to_mend(stores, lantern, producer)
    picture.unlink()
    sound.write_bytes(bytes(len(sound.read_bytes())))
    states = [one_part("mend", mend).state for _ in range(4)]

    after = files_in(stores, "packages")
    assert sorted(states) == ["done", "done", "running", "running"]
    assert [path.read_bytes() for path in after] == [content for _, content in before.values()]
    touched = {path.parent for path in after if path.stat().st_mtime_ns != before[path][0]}
    assert touched == {picture.parent, sound.parent}
    assert (chunks(lantern), files_in(stores)) == ([], [])


def asked_to_mend(stores, studio, person):
    with scope(studio):
        streams = list(Stream.objects.order_by("kind"))
        for stream in streams:
            stream.mend(by=person)
    return [stores / "packages" / stream.folder() / "stream.mp4" for stream in streams]


# What befalls the disk and the store


@pytest.fixture
def small_disk(settings, tmp_path):
    """``small_disk(kilobytes)`` lets the home lie on a disk of that size from now on."""
    libc = ctypes.CDLL(None, use_errno=True)
    place = tmp_path / "small"
    place.mkdir()
    mounted = []

    def mount(kilobytes):
        if libc.mount(b"none", os.fsencode(place), b"tmpfs", 0, f"size={kilobytes}k".encode()):
            pytest.skip(f"no disk of a certain size can be made here ({os.strerror(ctypes.get_errno())})")
        mounted.append(place)
        settings.HOME = place
        return place

    yield mount
    for each in mounted:
        libc.umount2(os.fsencode(each), 2)


def test_a_disk_that_is_full_in_the_middle_of_a_chunk_costs_nothing(
    lantern, master, stores, small_disk, settings, tmp_path
):
    said = []
    for kilobytes in (4, 12, 20, 28, 36):
        small_disk(kilobytes)
        job = one_part()
        said.append((job.state, job.error, files_in(stores), chunks(lantern)))
        due_again(lantern)
    settings.HOME = tmp_path / "home"
    all_parts()

    sentence = "The disk is full. Free some space; the work goes on by itself."
    assert said == [("waiting", sentence, [], [])] * 5
    with scope(lantern):
        assert Package.objects.values_list("frame_count", flat=True).get() == 130
    assert files_in(stores) == []


def due_again(studio):
    with scope(studio):
        Job.objects.update(due_at=timezone.now())


NOWHERE = {
    "BACKEND": "titles.media.bucketstore.BucketStorage",
    "OPTIONS": {
        **{"bucket_name": "octavo", "access_key": "key", "secret_key": "secret", "region_name": "us-east-1"},
        **{"endpoint_url": "http://127.0.0.1:9", "client_config": Config(retries={"total_max_attempts": 1})},
    },
}


def test_a_store_that_does_not_answer_costs_nothing(lantern, master, stores, settings):
    here = settings.STORAGES
    said = []
    for alias in ("masters", "scratch", "packages"):
        settings.STORAGES = {**here, alias: NOWHERE}
        while (job := one_part()).state == "running":
            pass
        said.append((job.state, job.error.partition(" (")[0]))
        due_again(lantern)
    settings.STORAGES = here
    with scope(lantern):
        before = Package.objects.count()
    all_parts()

    assert (said, before) == ([("waiting", "The media store does not answer")] * 3, 0)
    with scope(lantern):
        assert Package.objects.values_list("frame_count", flat=True).get() == 130
    assert files_in(stores) == []
