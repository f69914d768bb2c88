"""The board: what goes on, what waits, what failed and what mends it, for whoever may see it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from studios.keys import new_id
from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import failed, master, subtitles
from tests.conftest import make_member
from tests.titles.distribution.stories import make_series
from titles.catalog.models import Episode
from titles.jobs.models import Job
from titles.media.models import Finding, Master
from titles.media.models.upload import begun

BOARD = "/admin/board/"
ASKED_BY_THE_PAGE = {"HX-Request": "true"}


@pytest.fixture
def episode(stores, lantern, producer) -> Episode:
    with scope(lantern, person=producer):
        return Episode.objects.create(series=make_series(), number=1, title_en="The will")


def job_of(lantern, episode, producer, kind="transcode") -> Job:
    with scope(lantern, person=producer):
        return Job.enqueue(kind, master(episode.default_cut(), by=producer), by=producer)


def running(lantern, job, **columns) -> None:
    with scope(lantern):
        began = timezone.now() - timedelta(minutes=2)
        columns = {"state": "running", "started_at": began, "worker": "studio-4:11", "tries": 1, **columns}
        Job.objects.filter(pk=job.pk).update(**columns)


def page_of(client, address=BOARD, **query) -> str:
    return client.get(address, query).content.decode()


def test_a_running_job_shows_step_percentage_time_left_worker_and_tries(lantern, episode, desk, producer):
    running(lantern, job_of(lantern, episode, producer), progress_permille=400, step="package", tries=2)

    page = page_of(desk(producer))

    told = ["001 The will", "Transcode a master: packages", "40&nbsp;%", "about 3 min", "studio-4:11", "try 2 of 8"]
    assert [sentence for sentence in told if sentence not in page] == []


def test_no_time_is_foretold_from_too_little(lantern, episode, desk, producer):
    running(lantern, job_of(lantern, episode, producer), progress_permille=10)

    assert "about" not in page_of(desk(producer))


def test_waiting_jobs_stand_in_line(lantern, episode, desk, producer):
    for _number in (1, 2):
        job_of(lantern, episode, producer)
    urgent = job_of(lantern, episode, producer)
    with scope(lantern):
        Job.objects.filter(pk=urgent.pk).update(priority=5)

    page = page_of(desk(producer))

    rows = page.split('<li class="board-row')[1:]
    assert [f"number {place} in line" in row for place, row in enumerate(rows, 1)] == [True] * 3
    assert str(urgent.pk) in rows[0]


def test_the_board_asks_for_itself_while_anything_moves_and_not_longer(lantern, episode, desk, producer):
    job, client = job_of(lantern, episode, producer), desk(producer)
    while_it_waits = page_of(client)
    with scope(lantern):
        failed(job)

    assert ("every 2s" in while_it_waits, "every 2s" in page_of(client)) == (True, False)


def test_a_page_that_has_seen_it_all_gets_nothing_new(lantern, episode, desk, producer, statements):
    running(lantern, job_of(lantern, episode, producer), progress_permille=400)
    client = desk(producer)
    seen = page_of(client).split("seen=")[1].split('"')[0]

    with statements() as sent:
        unchanged = client.get(BOARD, {"seen": seen}, headers=ASKED_BY_THE_PAGE)
    with scope(lantern):
        Job.objects.update(progress_permille=410)
    moved = client.get(BOARD, {"seen": seen}, headers=ASKED_BY_THE_PAGE)

    assert (unchanged.status_code, unchanged.content, len(sent)) == (204, b"", 8)
    assert moved.content.decode().count("<html") == 0
    assert "41&nbsp;%" in moved.content.decode()


@pytest.mark.parametrize("how_many", [1, 5])
def test_a_poll_takes_as_much_for_five_of_everything(lantern, episode, desk, producer, editor, statements, how_many):
    for number in range(2, how_many + 2):
        with scope(lantern, person=producer):
            other = Episode.objects.create(series=make_series(f"tides-{number}"), number=number, title_en="Ebb")
            Job.enqueue("hand down", subtitles(other.default_cut(), "fr", by=editor))
            begun(identity=new_id(), person=producer, cut=other.default_cut(), name="EP.mp4", size_bytes=10)
            master(other.default_cut(), state=Master.State.NEEDS_WAIVER, by=editor)
        failed_job = job_of(lantern, other, producer)
        with scope(lantern):
            failed(failed_job)
    client = desk(producer)

    with statements() as sent:
        client.get(BOARD, headers=ASKED_BY_THE_PAGE)

    assert len(sent) == 13


def test_a_failure_has_its_sentence_its_log_and_its_button(lantern, episode, desk, producer):
    job, client = job_of(lantern, episode, producer), desk(producer)
    with scope(lantern):
        failed(job, "The film is cut off. Upload it again.")
        Job.objects.update(log="moov atom <not> found")
    page = page_of(client)
    client.post(f"/admin/jobs/job/{job.pk}/do/retry/", {"next": BOARD})

    with scope(lantern):
        again = Job.objects.get(state="waiting")
    assert "The film is cut off. Upload it again." in page
    assert "moov atom &lt;not&gt; found" in page
    assert f"/admin/jobs/job/{job.pk}/do/retry/" in page
    assert (again.kind, again.subject_id) == (job.kind, job.subject_id)


def test_everything_of_one_series_is_retried_at_once(lantern, episode, desk, producer):
    with scope(lantern, person=producer):
        elsewhere = Episode.objects.create(series=make_series("tides"), number=1)
    jobs = [job_of(lantern, of, producer) for of in (episode, episode, elsewhere)]
    with scope(lantern):
        for job in jobs:
            failed(job)

    page = desk(producer).post(f"{BOARD}{episode.series_id}/retry/", follow=True).content.decode()

    with scope(lantern):
        asked = set(Job.objects.filter(state="waiting").values_list("subject_id", flat=True))
    assert asked == {job.subject_id for job in jobs[:2]}
    assert "2 jobs are asked for again." in page


def test_what_is_cancelled_at_once_is_what_may_be_cancelled(lantern, episode, desk, producer):
    transcoding = job_of(lantern, episode, producer)
    with scope(lantern, person=producer):
        relaying = Job.enqueue("relay", episode.series)

    desk(producer).post(f"{BOARD}{episode.series_id}/cancel/")

    with scope(lantern):
        states = dict(Job.objects.values_list("pk", "state"))
    assert states == {transcoding.pk: "cancelled", relaying.pk: "waiting"}


def test_a_master_outside_a_limit_can_be_waived_by_somebody_else_or_replaced(
    lantern, episode, desk, producer, second_producer
):
    with scope(lantern):
        waiting = master(episode.default_cut(), state=Master.State.NEEDS_WAIVER, by=producer)
    own, other = page_of(desk(producer)), page_of(desk(second_producer))
    waive = f"/admin/media/master/{waiting.pk}/do/waive/"

    assert (waive in own, waive in other) == (False, True)
    assert "Somebody other than you can waive it." in own
    assert f"/admin/catalog/episode/{episode.pk}/change/?tab=video#master-file" in own
    assert "It lasts 12.0 s." in own


def test_only_the_newest_master_of_a_cut_needs_anybody(lantern, episode, desk, producer):
    with scope(lantern):
        rejected = master(episode.default_cut(), state=Master.State.REJECTED, by=producer)
        Finding.objects.create(master=rejected, rule="damaged", severity="rejected", sentence="It is damaged.")
        master(episode.default_cut(), state=Master.State.ACCEPTED, by=producer)

    assert "It is damaged." not in page_of(desk(producer))


def test_files_on_their_way_in_are_shown(lantern, episode, desk, producer):
    with scope(lantern, person=producer):
        upload = begun(identity=new_id(), person=producer, cut=episode.default_cut(), name="EP1.mp4", size_bytes=200)
        type(upload).objects.update(offset_bytes=50)

    page = page_of(desk(producer))

    assert "25&nbsp;%" in page
    assert "every 2s" in page


def test_the_board_is_narrowed_to_a_series_and_to_what_failed(lantern, episode, desk, producer):
    with scope(lantern, person=producer):
        elsewhere = Episode.objects.create(series=make_series("tides", "Tides"), number=2, title_en="Ebb")
    moving, broken = job_of(lantern, elsewhere, producer), job_of(lantern, episode, producer)
    with scope(lantern):
        failed(broken)
    client = desk(producer)

    def rows(**query) -> list[bool]:
        page = page_of(client, **query)
        return [f"row-{job.pk}" in page for job in (moving, broken)]

    assert rows() == [True, True]
    assert rows(series=str(elsewhere.series_id)) == [True, False]
    assert rows(show="trouble") == [False, True]
    assert rows(show="moving") == [True, False]
    assert rows(series="no-id", show="no-such-thing") == [True, True]


def test_an_empty_board_says_what_to_do(lantern, episode, desk, producer):
    page = page_of(desk(producer))

    assert "Nothing is being worked on" in page
    assert f"/admin/catalog/series/{episode.series_id}/upload/" in page


def test_what_was_finished_just_now_is_told_for_a_while(lantern, episode, desk, producer):
    job = job_of(lantern, episode, producer)
    with scope(lantern):
        job.move("waiting", "done", by=None, finished_at=timezone.now())
        told = page_of(desk(producer))
        Job.objects.update(finished_at=timezone.now() - timedelta(hours=1))

    assert ("Finished just now" in told, "Finished just now" in page_of(desk(producer))) == (True, False)


def test_whoever_may_not_upload_presses_nothing(lantern, episode, desk, reviewer):
    job = job_of(lantern, episode, reviewer)
    with scope(lantern):
        failed(job)
    client = desk(reviewer)

    page = page_of(client)

    assert ("/do/retry/" in page, f"{BOARD}{episode.series_id}/retry/" in page) == (False, False)
    assert client.post(f"{BOARD}{episode.series_id}/retry/").status_code == 403


def test_guests_and_outsiders_see_no_board_of_the_studio(lantern, episode, desk, producer, outsider):
    job = job_of(lantern, episode, producer)
    guest = desk(make_member(lantern, "Gita Guest", Role.GUEST))

    assert guest.get(BOARD).status_code == 404
    assert str(job.pk) not in page_of(desk(outsider))
    assert desk(outsider).post(f"{BOARD}{episode.series_id}/cancel/").status_code == 404
