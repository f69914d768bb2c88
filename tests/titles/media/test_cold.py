import hashlib
import io

import pytest
from django.core.files.storage import storages

from studios.keys import new_id
from studios.models import Change, MovedOn
from studios.scope import scope
from tests.titles.media.shelf import make_package
from tests.titles.media.test_collecting import soon
from titles.jobs.leasing import leased
from titles.jobs.models import Job
from titles.media import cold, storing
from titles.media.cold import Recalled, source_of
from titles.media.leftovers import remove_leftovers
from titles.media.models import Master
from titles.media.models.master import StillNeeded

FILM = b"the film as it was delivered"


@pytest.fixture
def master(cut, stores):
    """A master of which everything was made."""
    with scope(cut.studio_id):
        made = Master.objects.create(
            cut=cut,
            number=1,
            file=f"{cut.studio_id}/{new_id()}.mp4",
            original_name="episode.mp4",
            size_bytes=len(FILM),
            sha256=hashlib.sha256(FILM).hexdigest(),
            state=Master.State.ACCEPTED,
        )
        make_package(cut, master=made)
    storing.keep(storages["masters"], str(made.file), io.BytesIO(FILM))
    return made


def done(kind, work):
    for job in Job.claimed(kind):
        with leased(job) as lease:
            work(job, lease)


def where(master):
    """Which stores have the file, and which one the row names."""
    with scope(master.studio_id):
        told = Master.objects.get(pk=master.pk).stored_in
    return [alias for alias in ("masters", "cold") if storages[alias].exists(str(master.file))], told


def move_away(master, by):
    with scope(master.studio_id, person=by):
        master.move_to_cold_storage(by=by)
    done(cold.MOVE, cold.move_to_cold)


def test_a_master_is_moved_away_and_recalled_by_jobs(master, producer, tmp_path):
    move_away(master, producer)
    assert where(master) == (["cold"], "cold")

    with scope(master.studio_id, person=producer):
        Master.objects.get(pk=master.pk).recall(by=producer)
    done(cold.RECALL, cold.recall)
    assert where(master) == (["masters"], "masters")
    assert source_of(master, tmp_path).read_bytes() == FILM
    with scope(master.studio_id):
        assert Change.objects.filter(noun="media.master", row_id=master.pk, operation="update").count() == 2


def test_whoever_needs_a_file_that_is_away_recalls_it_and_goes_on_when_it_is_here(master, producer, tmp_path):
    move_away(master, producer)
    with scope(master.studio_id):
        waiting = Job.enqueue("transcode", master)

    with pytest.raises(Recalled, match="being recalled"):
        source_of(master, tmp_path)
    with scope(master.studio_id):
        Job.objects.filter(pk=waiting.pk).update(due_at=soon().replace(year=2100))
    done(cold.RECALL, cold.recall)

    assert source_of(master, tmp_path).read_bytes() == FILM
    with scope(master.studio_id):
        assert Job.objects.get(pk=waiting.pk).due_at < soon()


def test_only_what_is_finished_and_not_worked_on_goes_away(master, producer):
    with scope(master.studio_id):
        job = Job.enqueue("transcode", master)
        with pytest.raises(StillNeeded, match="under way"):
            master.move_to_cold_storage(by=producer)
        job.cancel(by=producer)
        unfinished = Master.objects.create(
            cut=master.cut, number=2, file="2.mp4", original_name="2.mp4", size_bytes=1, sha256="2" * 64
        )
        with pytest.raises(StillNeeded, match="not finished"):
            unfinished.move_to_cold_storage(by=producer)
        with pytest.raises(MovedOn, match="at hand already"):
            master.recall(by=producer)


def test_work_that_began_meanwhile_keeps_the_master_at_hand(master, producer):
    with scope(master.studio_id):
        master.move_to_cold_storage(by=producer)
        Job.enqueue("transcode", master)

    done(cold.MOVE, cold.move_to_cold)

    assert where(master)[1] == "masters"
    with scope(master.studio_id):
        assert "under way" in Job.objects.get(kind=cold.MOVE).error


def test_a_copy_that_is_not_the_same_is_thrown_away_and_the_master_stays(master, producer):
    name = str(master.file)
    storing.keep(storages["cold"], name, io.BytesIO(bytes(len(FILM))))  # as long, and something else

    move_away(master, producer)

    assert where(master) == (["masters"], "masters")
    with scope(master.studio_id):
        assert "thrown away" in Job.objects.get(kind=cold.MOVE).error


def test_a_worker_that_was_killed_before_it_deleted_leaves_a_file_that_the_collector_finds(master, producer):
    move_away(master, producer)
    storing.keep(storages["masters"], str(master.file), io.BytesIO(FILM))

    gone = remove_leftovers(master.studio_id, soon())

    assert [(each.store, each.name) for each in gone] == [("masters", str(master.file))]
    assert where(master) == (["cold"], "cold")


def test_a_cold_store_that_is_away_changes_nothing_and_is_tried_again(master, producer, swift, settings):
    swift.bucket("cold")
    settings.STORAGES = {**settings.STORAGES, "cold": swift.storage("cold", location=str(master.pk))}
    swift.stop()
    move_away(master, producer)
    assert _job(master).state == "waiting"
    assert "media store does not answer" in _job(master).error

    swift.start()
    with scope(master.studio_id):
        Job.objects.filter(kind=cold.MOVE).update(due_at="2000-01-01T00:00Z")
    done(cold.MOVE, cold.move_to_cold)

    assert where(master) == (["cold"], "cold")


def _job(master):
    with scope(master.studio_id):
        return Job.objects.get(kind=cold.MOVE)
