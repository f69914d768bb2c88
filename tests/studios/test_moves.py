import threading

import pytest
from django.db import connection

from studios.models import Move, MovedOn
from studios.scope import scope
from titles.catalog.models import Series
from titles.jobs.models import Job


@pytest.fixture
def job(lantern):
    with scope(lantern):
        return Job.enqueue("inspect", Series.objects.create(slug="heiress"))


def test_a_move_says_who_and_why(lantern, job, owner):
    with scope(lantern):
        job.move(Job.State.WAITING, Job.State.CANCELLED, by=owner, why="wrong file")

        assert list(job.moves().values_list("from_state", "to_state", "person", "why")) == [
            ("", "waiting", None, ""),
            ("waiting", "cancelled", owner.pk, "wrong file"),
        ]


def test_a_move_from_a_state_that_is_over_is_refused_and_leaves_nothing(lantern, job, owner):
    with scope(lantern):
        job.move(Job.State.WAITING, Job.State.CANCELLED, by=owner)

        with pytest.raises(MovedOn, match="no longer waiting"):
            Job.objects.get(pk=job.pk).move(Job.State.WAITING, Job.State.DONE, by=owner)

        assert job.moves().count() == 2


def test_a_move_and_its_row_are_one_transaction(lantern, job, owner):
    with pytest.raises(RuntimeError, match="after the move"), scope(lantern):
        job.move(Job.State.WAITING, Job.State.CANCELLED, by=owner)
        raise RuntimeError("after the move")

    with scope(lantern):
        assert (Job.objects.get(pk=job.pk).state, Move.objects.filter(row_id=job.pk).count()) == ("waiting", 1)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_move_the_same_row_at_once_one_wins(lantern, job):
    won, start = [], threading.Barrier(8)

    def race():
        start.wait()
        try:
            with scope(lantern):
                Job.objects.get(pk=job.pk).move(Job.State.WAITING, Job.State.CANCELLED, by=None)
            won.append(True)
        except MovedOn:
            won.append(False)
        finally:
            connection.close()

    racers = [threading.Thread(target=race) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(won) == [False] * 7 + [True]
