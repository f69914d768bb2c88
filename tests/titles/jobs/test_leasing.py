import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from studios.scope import scope
from tests.titles.jobs.wishing import run_out
from titles.catalog.models import Series
from titles.jobs.leasing import GaveUp, Lease, TryLater, leased
from titles.jobs.models import Job, LeaseLost, State


def now_in_database(job: Job) -> Job:
    with job.scope():
        return Job.objects.get(pk=job.pk)


def test_work_without_an_exception_is_done(job):
    claimed = next(Job.claimed("relay"))
    with leased(claimed):
        pass

    kept = now_in_database(claimed)
    assert (kept.state, kept.progress_permille, kept.error, kept.lease_until) == ("done", 1000, "", None)


def test_work_that_cannot_be_done_fails_with_its_sentence(job):
    claimed = next(Job.claimed("relay"))
    with leased(claimed):
        raise GaveUp("The film is cut off. Upload it again.")

    kept = now_in_database(claimed)
    assert (kept.state, kept.error) == ("failed", "The film is cut off. Upload it again.")


def test_a_job_that_ends_badly_keeps_the_last_lines_that_its_programs_said(job):
    claimed = next(Job.claimed("relay"))
    with leased(claimed):
        try:
            ended = RuntimeError("exit code 183")
            ended.add_note("x" * 9_000 + "\nmoov atom \0not found\n")
            raise ended
        except RuntimeError as reason:
            raise GaveUp("The film is cut off. Upload it again.") from reason

    kept = now_in_database(claimed)
    assert (len(kept.log), kept.log[-20:]) == (8_000, "\nmoov atom not found")


def test_the_log_of_an_earlier_try_is_gone_when_the_work_is_done(job):
    claimed = next(Job.claimed("relay"))
    claimed.write(log="No space left on device")
    with leased(claimed):
        pass

    assert now_in_database(claimed).log == ""


def test_failing_is_a_move_with_its_reason(job):
    claimed = next(Job.claimed("relay"))
    with leased(claimed):
        raise GaveUp("The film is cut off.")

    with job.scope():
        assert job.moves().values_list("to_state", "why").last() == ("failed", "The film is cut off.")


@pytest.mark.parametrize(("tries", "pause_s"), [(1, 5), (2, 10), (4, 40)])
def test_the_pause_before_another_try_doubles(job, settings, tries, pause_s):
    settings.JOB_RETRY_FIRST_S = 5
    claimed = next(Job.claimed("relay"))
    claimed.tries = tries
    with leased(claimed):
        raise TryLater("The store is full.")

    kept = now_in_database(claimed)
    assert (kept.state, kept.error) == ("waiting", "The store is full.")
    assert pause_s - 2 < (kept.due_at - timezone.now()).total_seconds() <= pause_s


def test_a_surprise_is_tried_again_and_not_told_to_people(job):
    claimed = next(Job.claimed("relay"))
    with leased(claimed):
        raise ZeroDivisionError("secret detail")

    kept = now_in_database(claimed)
    assert kept.state == State.WAITING
    assert kept.error == (f"Something unexpected happened; the operator finds it in the log under {claimed.pk}.")


def test_the_last_try_fails(job):
    claimed = next(Job.claimed("relay"))
    claimed.tries = claimed.most_tries
    with leased(claimed):
        raise TryLater("The store is full.")

    kept = now_in_database(claimed)
    assert (kept.state, kept.error) == ("failed", "The store is full.")


def test_a_newer_wish_replaces_a_job_that_would_be_tried_again(job, heiress):
    claimed = next(Job.claimed("relay"))
    with scope(heiress.studio_id):
        newer = Job.enqueue("relay", heiress)
    with leased(claimed):
        raise TryLater("The store is full.")

    assert (now_in_database(claimed).state, now_in_database(newer).state) == ("failed", "waiting")


def test_a_worker_that_lost_its_lease_writes_nothing(job):
    stale = next(Job.claimed("relay"))
    with leased(stale) as lease:
        run_out(stale)
        heir = next(Job.claimed("relay"))
        with pytest.raises(LeaseLost):
            lease.report("encode", 0.5)
        with pytest.raises(LeaseLost), stale.scope():
            stale.hold()

    kept = now_in_database(stale)
    assert (kept.state, kept.token, kept.step, kept.progress_permille) == ("running", heir.token, "", 0)


def test_a_result_that_is_written_after_the_lease_was_lost_is_rolled_back(job, heiress):
    stale = next(Job.claimed("relay"))
    run_out(stale)
    with leased(stale), stale.scope():
        Series.objects.filter(pk=heiress.pk).update(title="Written too late")
        next(Job.claimed("relay"))
        stale.hold()

    with scope(heiress.studio_id):
        assert Series.objects.get().title == "Heiress"


def test_progress_is_kept_with_its_step(job):
    claimed = next(Job.claimed("relay"))
    with leased(claimed) as lease:
        lease.report("encode", 0.25)
        kept = now_in_database(claimed)

    assert (kept.step, kept.progress_permille) == ("encode", 250)


def test_progress_is_written_at_most_once_a_second(job, statements):
    claimed = next(Job.claimed("relay"))
    with leased(claimed) as lease:
        lease.report("encode", 0.1)
        with statements() as sent:
            for hundredth in range(10, 100):
                lease.report("encode", hundredth / 100)

    assert sent == []


def test_a_new_step_is_no_reason_to_write_more_often(job, statements):
    claimed = next(Job.claimed("relay"))
    with leased(claimed) as lease:
        lease.report("encode", 0.9)
        with statements() as sent:
            lease.report("package", 0.95)

    assert sent == []


def test_progress_never_falls(job):
    claimed = next(Job.claimed("relay"))
    with leased(claimed) as lease:
        lease.report("encode", 0.9)
        lease._reported_at_s -= 2
        lease.report("encode", 0.4)
        kept = now_in_database(claimed)

    assert kept.progress_permille == 900


def test_what_is_handed_back_stays_running_for_people_and_is_claimed_anew(job):
    first = next(Job.claimed("relay"))
    with leased(first) as lease:
        lease.report("encode", 0.3)
        lease.hand_back()
    between = now_in_database(first)
    again = next(Job.claimed("relay"))

    assert (between.state, between.lease_until, between.tries) == ("running", None, 0)
    assert (again.pk, again.tries, again.step, again.progress_permille) == (first.pk, 1, "encode", 300)
    with again.scope():
        assert list(again.moves().values_list("from_state", "to_state")) == [("", "waiting"), ("waiting", "running")]


def test_a_late_heartbeat_does_not_take_back_what_was_handed_back(job):
    first = next(Job.claimed("relay"))
    first.hand_back()

    with pytest.raises(LeaseLost):
        first.write(lease_until=timezone.now() + timedelta(hours=1))


def test_what_was_cancelled_is_not_handed_back(job, producer):
    claimed = next(Job.claimed("relay"))
    with leased(claimed) as lease:
        with claimed.scope():
            Job.objects.get(pk=claimed.pk).cancel(by=producer)
        lease.hand_back()

    assert (now_in_database(claimed).state, list(Job.claimed("relay"))) == ("cancelled", [])


def test_what_was_handed_back_may_be_cancelled(job, producer):
    claimed = next(Job.claimed("relay"))
    claimed.hand_back()
    with claimed.scope():
        Job.objects.get(pk=claimed.pk).cancel(by=producer)

    assert list(Job.claimed("relay")) == []


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_clock_of_a_worker_may_be_wrong(job, hours, monkeypatch):
    """A lease, a pause and a wish are timed by the database alone."""
    here = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: here() + timedelta(hours=hours))
    claimed = next(Job.claimed("relay"))
    lease = Lease(claimed)
    lease.beat()
    kept = now_in_database(claimed)
    with leased(claimed):
        raise TryLater("The store is full.")
    later = now_in_database(claimed)

    assert 0 < (kept.lease_until - here()).total_seconds() <= 30
    assert 0 < (later.due_at - here()).total_seconds() <= 5


def test_a_waiting_job_that_is_cancelled_never_starts(job, producer):
    with job.scope():
        job.cancel(by=producer)

    assert list(Job.claimed("relay")) == []


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_the_lease(job, settings):
    settings.JOB_LEASE_S, settings.JOB_HEARTBEAT_S = 30, 0.05
    claimed = next(Job.claimed("relay"))
    with leased(claimed):
        before = claimed.lease_until
        while (kept := now_in_database(claimed).lease_until) <= before:
            pass

    assert kept > before


@pytest.mark.django_db(transaction=True)
def test_a_running_job_that_is_cancelled_ends_at_the_next_heartbeat(job, settings, producer):
    settings.JOB_HEARTBEAT_S = 0.05
    claimed = next(Job.claimed("relay"))
    noticed = threading.Event()
    with leased(claimed) as lease:
        with claimed.scope():
            Job.objects.get(pk=claimed.pk).cancel(by=producer)
        while not lease.lost():
            noticed.wait(0.01)

    assert now_in_database(claimed).state == State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_a_heart_that_stopped_with_its_database_beats_again(job, settings):
    settings.JOB_HEARTBEAT_S = 0.05
    claimed = next(Job.claimed("relay"))
    with leased(claimed) as lease:
        _end_other_sessions()
        before = timezone.now() + timedelta(seconds=settings.JOB_LEASE_S)
        while now_in_database(claimed).lease_until <= before:
            assert not lease.lost()

    assert now_in_database(claimed).state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_report_that_the_database_cannot_take_costs_only_the_report(job):
    claimed = next(Job.claimed("relay"))
    with leased(claimed) as lease:
        connection.ensure_connection()
        _end_own_session()
        lease.report("encode", 0.5)
        lease.report("package", 0.9)

    kept = now_in_database(claimed)
    assert (kept.state, kept.step) == ("done", "package")


def _end_other_sessions() -> None:
    """What a restart of the database does to the heartbeat's connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()"
        )


def _end_own_session() -> None:
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
