import pytest
from django.utils import timezone

from studios.models import Move
from studios.scope import scope
from titles.catalog.models import Series
from titles.jobs import waking
from titles.jobs.models import Job, State


def test_a_wish_makes_one_waiting_job(job, heiress):
    with scope(heiress.studio_id):
        assert list(Job.objects.values_list("kind", "subject_noun", "subject_id", "state")) == [
            ("relay", "catalog.series", heiress.pk, "waiting")
        ]


def test_a_job_that_still_waits_serves_the_next_wish_too(job, heiress):
    with scope(heiress.studio_id):
        again = Job.enqueue("relay", heiress, priority=5)

    assert (again.pk, again.priority) == (job.pk, 0)
    with scope(heiress.studio_id):
        assert list(Job.objects.values_list("pk", "priority")) == [(job.pk, 5)]


def test_a_postponed_job_is_due_at_once_when_it_is_wished_for_again(job, heiress):
    with scope(heiress.studio_id):
        Job.objects.update(due_at=timezone.now() + timezone.timedelta(hours=1))
        Job.enqueue("relay", heiress)

        assert Job.objects.get().due_at <= timezone.now()


def test_a_running_job_does_not_serve_a_wish_since_it_may_have_read_the_old_state(job, heiress):
    next(Job.claimed("relay"))

    with scope(heiress.studio_id):
        Job.enqueue("relay", heiress)
        assert sorted(Job.objects.values_list("state", flat=True)) == ["running", "waiting"]


def test_asking_is_a_move_by_the_person_who_asked(heiress, producer, messages):
    with scope(heiress.studio_id):
        job = Job.enqueue("relay", heiress, by=producer)
        Job.enqueue("relay", heiress, by=producer)

        assert list(job.moves().values_list("from_state", "to_state", "person")) == [("", "waiting", producer.pk)]


@pytest.mark.django_db(transaction=True)
def test_workers_are_told_when_the_wish_has_been_committed(heiress, messages):
    with scope(heiress.studio_id):
        Job.enqueue("relay", heiress)
        assert messages == []

    assert messages == ["relay"]


@pytest.mark.django_db(transaction=True)
def test_a_wish_that_is_rolled_back_tells_nobody(heiress, messages):
    with pytest.raises(KeyError), scope(heiress.studio_id):
        Job.enqueue("relay", heiress)
        raise KeyError

    assert messages == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_fails_costs_nothing(heiress, messages):
    def fails(kind: str) -> None:
        raise ConnectionRefusedError

    waking.send_with(fails)

    with scope(heiress.studio_id):
        Job.enqueue("relay", heiress)
    with scope(heiress.studio_id):
        assert Job.objects.get().state == State.WAITING


def test_another_studio_sees_no_job(job, harbor):
    with scope(harbor):
        assert list(Job.objects.all()) == []


def test_a_job_tells_its_subject_apart_from_other_nouns(job, heiress):
    assert job.subject(Series) == heiress
    with pytest.raises(TypeError, match=r"catalog\.series"):
        job.subject(Job)


def test_retrying_asks_for_the_same_work_again(job, producer):
    claimed = next(Job.claimed("relay"))
    with claimed.scope():
        claimed.move(State.RUNNING, State.FAILED, by=None)

        again = claimed.retry(by=producer)

        assert (again.kind, again.subject_id, again.state) == ("relay", job.subject_id, "waiting")
        assert Move.objects.filter(row_id=again.pk).values_list("to_state", "person").get() == ("waiting", producer.pk)
