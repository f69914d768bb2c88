import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from studios.models import MovedOn
from studios.scope import scope
from tests.titles.jobs.wishing import run_out, wishes
from titles.jobs.leasing import leased
from titles.jobs.models import Job, State, WorkerSeen


def test_the_claim_makes_a_job_ours_for_the_length_of_a_lease(job, settings):
    settings.JOB_LEASE_S = 30

    claimed = next(Job.claimed("relay"))

    assert (claimed.pk, claimed.state, claimed.token, claimed.tries) == (job.pk, "running", 1, 1)
    assert 25 < (claimed.lease_until - timezone.now()).total_seconds() <= 30


def test_only_the_wanted_kind_is_claimed(job):
    assert list(Job.claimed("transcode")) == []


def test_claiming_goes_on_until_nothing_is_due(lantern, messages):
    wishes(lantern, 3)

    assert len(list(Job.claimed("relay"))) == 3


def test_higher_priority_comes_first(lantern, messages):
    ordinary, urgent = wishes(lantern, 2)
    with scope(lantern):
        Job.objects.filter(pk=urgent.pk).update(priority=5)

    assert [claimed.pk for claimed in Job.claimed("relay")] == [urgent.pk, ordinary.pk]


def test_a_studio_with_fewer_running_jobs_comes_first(lantern, harbor, messages):
    wishes(lantern, 3, due_at=timezone.now() - timedelta(hours=1))
    wishes(harbor, 1)

    assert [claimed.studio_id for claimed in Job.claimed("relay")] == [
        lantern.pk,
        harbor.pk,
        lantern.pk,
        lantern.pk,
    ]


def test_studios_take_turns_where_one_worker_does_everything(lantern, harbor, messages):
    """Each claim ends before the next, so that nobody ever has more in hand."""
    wishes(lantern, 3, due_at=timezone.now() - timedelta(hours=1))
    wishes(harbor, 2)

    turns = []
    for claimed in Job.claimed("relay"):
        turns.append(claimed.studio_id)
        with leased(claimed):
            pass

    assert turns == [lantern.pk, harbor.pk, lantern.pk, harbor.pk, lantern.pk]


def test_between_two_parts_an_urgent_wish_of_another_overtakes(lantern, messages, producer):
    season = wishes(lantern, 2)
    first = next(Job.claimed("relay"))
    first.hand_back()
    with scope(lantern):
        urgent = Job.objects.get(pk=season[1].pk).hurry(by=producer)

    assert [claimed.pk for claimed in Job.claimed("relay")] == [urgent.pk, first.pk]
    with scope(lantern):
        assert urgent.moves().values_list("person", "why").last() == (None, "")
        assert (producer.pk, "do this first") in urgent.moves().values_list("person", "why")


def test_what_was_begun_is_finished_before_the_next_of_the_same_studio(lantern, messages):
    begun, other = wishes(lantern, 2)
    next(Job.claimed("relay")).hand_back()

    assert [claimed.pk for claimed in Job.claimed("relay")] == [begun.pk, other.pk]


def test_nobody_hurries_what_is_over(job, producer):
    claimed = next(Job.claimed("relay"))
    with leased(claimed):
        pass

    with pytest.raises(MovedOn), claimed.scope():
        claimed.hurry(by=producer)


def test_what_needs_a_certain_build_is_left_to_a_worker_that_has_it(job):
    WorkerSeen.say("media", able="n8.1.2 abc")
    with job.scope():
        Job.objects.update(needs="n8.1.2 abc")

    assert list(Job.claimed("relay", able="n9.0 def")) == []
    assert [claimed.pk for claimed in Job.claimed("relay", able="n8.1.2 abc")] == [job.pk]


def test_when_nobody_has_the_build_any_more_another_takes_it(job):
    WorkerSeen.say("media", able="n8.1.2 abc")
    WorkerSeen.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    with job.scope():
        Job.objects.update(needs="n8.1.2 abc")

    assert [claimed.pk for claimed in Job.claimed("relay", able="n9.0 def")] == [job.pk]


def test_of_equals_the_one_longest_due_comes_first(lantern, messages):
    later, longest = wishes(lantern, 2)
    with scope(lantern):
        Job.objects.filter(pk=longest.pk).update(due_at=timezone.now() - timedelta(hours=1))

    assert [claimed.pk for claimed in Job.claimed("relay")] == [longest.pk, later.pk]


def test_what_is_due_later_is_not_claimed_yet(lantern, messages):
    wishes(lantern, 1, due_at=timezone.now() + timedelta(minutes=1))

    assert list(Job.claimed("relay")) == []


def test_a_second_job_on_the_same_subject_waits_for_the_first(job, heiress):
    first = next(Job.claimed("relay"))
    with scope(heiress.studio_id):
        second = Job.enqueue("relay", heiress)

    assert list(Job.claimed("relay")) == []
    with first.scope():
        first.move(State.RUNNING, State.DONE, by=None)
    assert [claimed.pk for claimed in Job.claimed("relay")] == [second.pk]


def test_a_job_whose_lease_ran_out_is_claimed_anew_under_a_new_token(job):
    dead = next(Job.claimed("relay"))
    run_out(dead)

    heir = next(Job.claimed("relay"))

    assert (heir.pk, heir.token, heir.tries) == (dead.pk, dead.token + 1, 2)
    with heir.scope():
        assert list(heir.moves().values_list("from_state", "to_state", "why")) == [
            ("", "waiting", ""),
            ("waiting", "running", ""),
            ("running", "running", "lease ran out"),
        ]


def test_a_lease_that_still_runs_is_respected(job):
    next(Job.claimed("relay"))

    assert list(Job.claimed("relay")) == []


def test_a_worn_out_job_is_not_claimed_again(job):
    claimed = next(Job.claimed("relay"))
    with claimed.scope():
        Job.objects.filter(pk=claimed.pk).update(tries=claimed.most_tries)
    run_out(claimed)

    assert list(Job.claimed("relay")) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_real_claimers_each_job_goes_to_one(lantern, harbor, messages):
    jobs = wishes(lantern, 8) + wishes(harbor, 8)
    together = threading.Barrier(2)
    claims: list[tuple[str, int]] = []

    def claimer() -> None:
        try:
            together.wait()
            claims.extend((claimed.pk, claimed.token) for claimed in Job.claimed("relay"))
        finally:
            connection.close()

    threads = [threading.Thread(target=claimer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claims) == sorted((job.pk, 1) for job in jobs)


@pytest.mark.django_db(transaction=True)
def test_a_claimer_passes_over_a_row_that_another_is_just_taking(lantern, messages):
    first, second = wishes(lantern, 2)
    with scope(lantern):
        Job.objects.select_for_update().get(pk=first.pk)
        claims: list[str] = []
        other = threading.Thread(target=lambda: _claim_one(claims))
        other.start()
        other.join()

    assert claims == [second.pk]


def _claim_one(claims: list[str]) -> None:
    try:
        claims.append(next(Job.claimed("relay")).pk)
    finally:
        connection.close()
