import io

from studios.scope import scope
from tests.titles.media.conftest import make_cut
from titles.jobs.models import Job
from titles.media.models import Master
from titles.media.receiving import receive
from titles.media.tasks import compose_cuts, inspect_masters, transcode_masters

FILM = bytes.fromhex("00000018") + b"ftypisom" + bytes(5_000)


def bring(studio, number):
    """A master that begins like a film, and is none: every job on it ends soon."""
    return receive(io.BytesIO(FILM), cut=make_cut(studio, slug=f"series-{number}"), name="a.mp4", by=None)


def wait_for_transcode(master):
    with scope(master.studio_id):
        Job.objects.about(master).delete()
        Master.objects.filter(pk=master.pk).update(state="accepted")
        Job.enqueue("transcode", master)


def ended(studio):
    with scope(studio):
        return list(Job.objects.exclude(state="waiting").order_by("finished_at").values_list("kind", "state"))


def test_one_message_does_all_the_work_of_its_kind_that_is_due(lantern, stores, messages):
    for number in range(3):
        bring(lantern, number)

    inspect_masters()

    assert ended(lantern) == [("inspect", "done")] * 3


def test_a_master_that_arrives_is_checked_before_the_next_transcode(lantern, stores, messages):
    for number in range(2):
        wait_for_transcode(bring(lantern, number))
    bring(lantern, 3)

    transcode_masters()

    assert ended(lantern) == [("transcode", "failed"), ("inspect", "done"), ("transcode", "failed")]


def test_a_message_without_due_work_does_nothing(lantern, stores):
    for task in (inspect_masters, transcode_masters, compose_cuts):
        task()

    assert ended(lantern) == []


def test_newer_senders_may_say_more_than_is_understood(lantern, stores):
    for task in (inspect_masters, transcode_masters, compose_cuts):
        task(studio="later", because="of an upgrade")
