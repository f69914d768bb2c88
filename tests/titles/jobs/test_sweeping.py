from datetime import timedelta

from django.utils import timezone

from studios.scope import scope
from tests.titles.jobs.wishing import run_out, wishes
from titles.jobs.leasing import leased
from titles.jobs.models import Job, WorkerSeen, due_kinds
from titles.jobs.tasks import sweep


def test_ten_jobs_whose_messages_were_all_lost_get_done_after_a_sweep(lantern, harbor, messages):
    wishes(lantern, 7)
    wishes(harbor, 3)
    messages.clear()

    sweep()
    assert messages == ["relay"]
    for job in Job.claimed(messages[0]):
        with leased(job):
            pass

    states = []
    for studio in (lantern, harbor):
        with scope(studio):
            states += Job.objects.values_list("state", flat=True)
    assert states == ["done"] * 10


def test_the_sweep_announces_the_work_of_a_worker_that_died(job, messages):
    run_out(next(Job.claimed("relay")))
    messages.clear()

    sweep()

    assert messages == ["relay"]


def test_the_sweep_is_silent_about_work_in_hand_and_work_for_later(lantern, messages, job):
    next(Job.claimed("relay"))
    wishes(lantern, 1, due_at=timezone.now() + timedelta(minutes=1))
    messages.clear()

    sweep()

    assert messages == []


def test_a_job_that_killed_its_worker_every_time_is_given_up_with_a_sentence(job):
    claimed = next(Job.claimed("relay"))
    with claimed.scope():
        Job.objects.filter(pk=claimed.pk).update(tries=claimed.most_tries)
    run_out(claimed)

    assert due_kinds() == []
    with claimed.scope():
        kept = Job.objects.get()
        assert (kept.state, kept.error.split(".")[0]) == (
            "failed",
            "The worker stopped in the middle of this every time it was tried",
        )
        assert kept.moves().values_list("from_state", "to_state", "why").last() == ("running", "failed", kept.error)


def test_a_pool_counts_as_alive_while_one_of_its_workers_was_seen(db):
    WorkerSeen.say("media")

    assert WorkerSeen.pools_alive(within_s=60) == {"media"}


def test_a_worker_that_was_not_seen_for_long_does_not_count(db):
    WorkerSeen.say("media")
    WorkerSeen.objects.update(seen_at=timezone.now() - timedelta(minutes=5))

    assert WorkerSeen.pools_alive(within_s=60) == set()
