import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError
from django.utils import timezone
from standardwebhooks import Webhook

from studios.scope import scope
from tests.titles.distribution.receiving import Endpoint, Incomplete, accept, endpoint
from tests.titles.distribution.stories import make_episode, make_grant, make_series, relay_at
from titles.catalog.models import Episode
from titles.distribution import tasks
from titles.distribution.delivery import deliver
from titles.distribution.models import Attempt, Delivery, FeedEntry, Grant, Partner
from titles.jobs.leasing import Lease, TryLater
from titles.jobs.models import Job, LeaseLost

NOW = timezone.now()


@dataclass
class Nova:
    """A partner with a folder for packs and an endpoint for webhooks, and one episode that is on its way to it."""

    studio: Any
    series: Any
    episode: Episode
    partner: Partner
    folder: Path
    hooks: Endpoint

    def delivery(self) -> Delivery:
        with scope(self.studio):
            return Delivery.objects.select_related("release").get()

    def pack(self) -> Path:
        return self.folder / self.delivery().folder

    def attempts(self) -> list[Attempt]:
        with scope(self.studio):
            return list(Attempt.objects.order_by("id"))

    def work(self) -> None:
        """Let a worker take what waits, as if every pause were over."""
        with scope(self.studio):
            Job.objects.filter(kind="deliver", state="waiting").update(due_at=NOW)
        tasks.deliver_packs()


@pytest.fixture
def hooks():
    with endpoint() as partner:
        yield partner


@pytest.fixture
def nova_takes_packs(lantern, desk, nova, tmp_path, hooks, settings) -> Nova:
    settings.PRIVATE_PARTNER_HOSTS, settings.DROPBOX_FOLDERS = ["127.0.0.1"], [tmp_path]
    folder = tmp_path / "dropbox"
    folder.mkdir()
    with scope(lantern):
        nova.dropbox, nova.webhook_url = f"file://{folder}", hooks.address
        nova.save()
        series = make_series()
        episode = make_episode(series, subtitles=["es", "fr"])
        for subject in (series, episode):
            desk.release(subject)
        make_grant(nova, series)
    relay_at(series, NOW)
    return Nova(lantern, series, episode, nova, folder, hooks)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_pack_arrives_whole_in_its_usual_folder(nova_takes_packs):
    nova_takes_packs.work()

    pack = nova_takes_packs.pack()
    assert str(pack.relative_to(nova_takes_packs.folder)) == f"heiress/001-{nova_takes_packs.episode.pk}/r1"
    assert files_in(pack) == [
        "_COMPLETE",
        "artwork/cover.jpg",
        "artwork/poster.jpg",
        "manifest.json",
        "metadata.json",
        "mezzanine.mp4",
        "subtitles/es.srt",
        "subtitles/es.vtt",
        "subtitles/fr.srt",
        "subtitles/fr.vtt",
    ]
    assert len(accept(pack)["files"]) == 8


def test_the_metadata_of_a_pack_is_what_the_feed_says(nova_takes_packs):
    nova_takes_packs.work()

    with scope(nova_takes_packs.studio):
        bodies = {entry.noun: json.loads(entry.body) for entry in FeedEntry.objects.all()}
    metadata = json.loads((nova_takes_packs.pack() / "metadata.json").read_text())
    assert metadata == {**bodies["episode"], "series": bodies["series"]}


def test_the_subtitles_of_a_pack_are_the_approved_ones_in_two_formats(nova_takes_packs):
    nova_takes_packs.work()

    subtitles = nova_takes_packs.pack() / "subtitles"
    assert (subtitles / "es.vtt").read_text() == "WEBVTT\n\n00:01.000 --> 00:02.500\nes: You lied to me.\n"
    assert (subtitles / "es.srt").read_text() == "1\n00:00:01,000 --> 00:00:02,500\nes: You lied to me.\n"


def test_one_webhook_announces_the_pack_and_the_standard_package_verifies_it(nova_takes_packs):
    nova_takes_packs.work()

    ((body, headers),) = nova_takes_packs.hooks.got
    delivery = nova_takes_packs.delivery()
    message = Webhook(nova_takes_packs.partner.webhook_secret).verify(body, headers)
    assert message["type"] == "pack.delivered"
    assert message["data"] == {
        "delivery_id": str(delivery.pk),
        "series_id": str(nova_takes_packs.series.pk),
        "episode_id": str(nova_takes_packs.episode.pk),
        "revision": 1,
        "pack": delivery.folder,
        "manifest_sha256": (nova_takes_packs.pack() / "_COMPLETE").read_text().strip(),
    }
    assert (headers["webhook-id"], delivery.state) == (str(delivery.pk), "delivered")


def test_every_state_of_a_delivery_leaves_a_move_and_every_step_an_attempt(nova_takes_packs):
    nova_takes_packs.work()

    with scope(nova_takes_packs.studio):
        moves = list(nova_takes_packs.delivery().moves().values_list("to_state", flat=True))
    assert moves == ["waiting", "sent", "delivered"]
    assert [(attempt.step, attempt.succeeded) for attempt in nova_takes_packs.attempts()] == [
        ("pack", True),
        ("webhook", True),
    ]


def test_a_partner_without_a_dropbox_gets_no_packs(heiress):
    relay_at(heiress.series, NOW)

    with scope(heiress.studio):
        assert Delivery.objects.count() == 0


def test_a_dropbox_that_comes_later_gets_what_the_partner_may_see_already(heiress, tmp_path):
    tasks.relay_series()
    with scope(heiress.studio):
        partner = Partner.objects.get(pk=heiress.partner.pk)
        partner.dropbox = f"file://{tmp_path}"
        partner.save()
    tasks.relay_series()

    with scope(heiress.studio):
        assert {delivery.release.episode for delivery in Delivery.objects.all()} == set(heiress.episodes)


def test_a_partner_without_a_webhook_has_its_pack_when_it_is_complete(nova_takes_packs):
    with scope(nova_takes_packs.studio):
        Partner.objects.update(webhook_url="")
    nova_takes_packs.work()

    assert (nova_takes_packs.delivery().state, nova_takes_packs.hooks.got) == ("delivered", [])


def test_planning_and_delivering_twice_is_delivering_once(nova_takes_packs):
    relay_at(nova_takes_packs.series, NOW)
    nova_takes_packs.work()
    relay_at(nova_takes_packs.series, NOW)
    nova_takes_packs.work()

    assert len(nova_takes_packs.hooks.got) == 1
    assert nova_takes_packs.delivery().state == "delivered"


def test_a_partner_that_is_down_is_told_again_under_the_same_id_and_the_pack_is_not_sent_again(nova_takes_packs):
    nova_takes_packs.hooks.answer_with(503, b"down for maintenance")
    nova_takes_packs.hooks.answer_with(302, Location="http://127.0.0.1:1/")
    for _try in range(3):
        nova_takes_packs.work()

    attempts = nova_takes_packs.attempts()
    assert [(each.step, each.answered.get("status"), each.error) for each in attempts] == [
        ("pack", None, ""),
        ("webhook", 503, "The partner answered 503."),
        ("webhook", 302, "The partner answered 302."),
        ("webhook", 200, ""),
    ]
    assert attempts[1].answered["body"] == "down for maintenance"
    assert len({headers["webhook-id"] for _body, headers in nova_takes_packs.hooks.got}) == 1
    assert len({body for body, _headers in nova_takes_packs.hooks.got}) == 1
    assert nova_takes_packs.delivery().state == "delivered"


def test_a_try_that_failed_waits_before_the_next_one(nova_takes_packs):
    nova_takes_packs.hooks.answer_with(500)
    nova_takes_packs.work()
    tasks.deliver_packs()

    assert len(nova_takes_packs.hooks.got) == 1
    with scope(nova_takes_packs.studio):
        job = Job.objects.get(kind="deliver")
    assert (job.state, job.error) == ("waiting", "The partner answered 500.")
    assert job.due_at > timezone.now()


def test_a_partner_that_answers_gone_is_not_asked_again(nova_takes_packs):
    nova_takes_packs.hooks.answer_with(410)
    nova_takes_packs.work()
    nova_takes_packs.work()

    assert len(nova_takes_packs.hooks.got) == 1
    assert nova_takes_packs.delivery().state == "failed"


def test_after_the_last_try_a_delivery_has_failed_and_a_person_may_carry_on(nova_takes_packs, distributor):
    with scope(nova_takes_packs.studio):
        Job.objects.filter(kind="deliver").update(most_tries=1)
    nova_takes_packs.hooks.answer_with(500)
    nova_takes_packs.work()
    failed = nova_takes_packs.delivery()
    with scope(nova_takes_packs.studio):
        failed.retry(by=distributor)
    nova_takes_packs.work()

    assert (failed.state, nova_takes_packs.delivery().state) == ("sent", "delivered")
    assert [attempt.step for attempt in nova_takes_packs.attempts()] == ["pack", "webhook", "webhook"]


def test_a_dropbox_that_is_not_mounted_is_tried_again(nova_takes_packs):
    nova_takes_packs.folder.rmdir()
    nova_takes_packs.work()
    waiting = nova_takes_packs.delivery().state
    nova_takes_packs.folder.mkdir()
    nova_takes_packs.work()

    assert (waiting, nova_takes_packs.delivery().state) == ("waiting", "delivered")
    assert nova_takes_packs.attempts()[0].error == "The dropbox folder is not there; make it, or mount it."


def test_a_partner_detects_every_tampered_file(nova_takes_packs):
    nova_takes_packs.work()
    pack = nova_takes_packs.pack()

    for name in files_in(pack):
        kept = (pack / name).read_bytes()
        (pack / name).write_bytes(kept + b" ")
        with pytest.raises(Incomplete):
            accept(pack)
        (pack / name).write_bytes(kept)
    assert accept(pack)


def test_an_interrupted_pack_goes_on_where_it_stopped(nova_takes_packs):
    nova_takes_packs.work()
    pack = nova_takes_packs.pack()
    untouched = (pack / "mezzanine.mp4").stat().st_mtime_ns
    (pack / "_COMPLETE").unlink()
    (pack / "manifest.json").unlink()
    (pack / "artwork/cover.jpg").write_bytes(b"half a pict")
    with scope(nova_takes_packs.studio):
        Delivery.objects.update(state="waiting")
        Delivery.objects.get().send()
    nova_takes_packs.work()

    assert accept(pack)
    assert (pack / "mezzanine.mp4").stat().st_mtime_ns == untouched
    sent = nova_takes_packs.attempts()[2].sent
    assert (sent["files"], sent["skipped"]) == (2, 7)


class Interrupted(Lease):
    """A lease in whose middle, at the first word of a file, something happens in the studio."""

    def __init__(self, job, at, happens):
        super().__init__(job)
        self.at, self.happens = at, happens

    def report(self, step, fraction):
        super().report(step, fraction)
        if step == self.at:
            self.at = ""
            self.happens()


def carry(nova, at, happens):
    (job,) = Job.claimed("deliver")
    deliver(job, Interrupted(job, at, happens))


def test_what_is_withdrawn_while_it_is_sent_is_never_marked_complete(nova_takes_packs, producer):
    def withdraw():
        with scope(nova_takes_packs.studio):
            nova_takes_packs.episode.releases.get().withdraw(by=producer, why="wrong master")

    carry(nova_takes_packs, "metadata.json", withdraw)

    assert nova_takes_packs.delivery().state == "cancelled"
    assert not (nova_takes_packs.pack() / "_COMPLETE").exists()
    assert nova_takes_packs.hooks.got == []


def test_rights_that_shrink_while_it_is_sent_leave_nothing_outside_them(nova_takes_packs, distributor):
    def take_french_away():
        with scope(nova_takes_packs.studio):
            Grant.objects.get().revoke(by=distributor)
            make_grant(nova_takes_packs.partner, nova_takes_packs.series, subtitle_languages=["es"])

    with pytest.raises(TryLater, match="changed while it was sent"):
        carry(nova_takes_packs, "metadata.json", take_french_away)
    assert not (nova_takes_packs.pack() / "_COMPLETE").exists()
    with scope(nova_takes_packs.studio):
        Job.objects.filter(kind="deliver").update(lease_until=NOW)
    tasks.deliver_packs()

    assert accept(nova_takes_packs.pack())
    assert [name for name in files_in(nova_takes_packs.pack()) if name.startswith("subtitles/")] == [
        "subtitles/es.srt",
        "subtitles/es.vtt",
    ]


def test_a_job_that_is_cancelled_while_it_sends_marks_nothing_complete(nova_takes_packs, distributor):
    def cancel():
        with scope(nova_takes_packs.studio):
            Delivery.objects.get().cancel(by=distributor, why="wrong dropbox")

    with pytest.raises(LeaseLost):
        carry(nova_takes_packs, "_COMPLETE", cancel)

    assert nova_takes_packs.delivery().state == "cancelled"


def test_a_release_outside_its_rights_is_not_sent_though_it_was_planned(nova_takes_packs, distributor):
    with scope(nova_takes_packs.studio):
        Grant.objects.get().revoke(by=distributor)
    nova_takes_packs.work()

    assert nova_takes_packs.delivery().state == "cancelled"
    assert (files_in(nova_takes_packs.folder), nova_takes_packs.attempts()) == ([], [])


def test_rights_that_come_back_bring_the_pack(nova_takes_packs, distributor):
    with scope(nova_takes_packs.studio):
        Grant.objects.get().revoke(by=distributor)
    nova_takes_packs.work()
    with scope(nova_takes_packs.studio):
        make_grant(nova_takes_packs.partner, nova_takes_packs.series)
    relay_at(nova_takes_packs.series, NOW)
    nova_takes_packs.work()

    assert nova_takes_packs.delivery().state == "delivered"


def test_what_a_person_cancelled_is_not_sent_by_the_clock(nova_takes_packs, distributor):
    with scope(nova_takes_packs.studio):
        Delivery.objects.get().cancel(by=distributor, why="the partner asked us to wait")
    relay_at(nova_takes_packs.series, NOW)
    nova_takes_packs.work()

    assert (nova_takes_packs.delivery().state, nova_takes_packs.hooks.got) == ("cancelled", [])


def test_a_newer_release_takes_the_place_of_one_that_still_waits(nova_takes_packs, desk):
    with scope(nova_takes_packs.studio):
        Episode.objects.update(title_en="The testament")
        desk.release(Episode.objects.get())
    relay_at(nova_takes_packs.series, NOW)
    with scope(nova_takes_packs.studio):
        states = dict(Delivery.objects.values_list("release__number", "state"))
        jobs = list(Job.objects.filter(kind="deliver").order_by("created_at").values_list("state", flat=True))
    nova_takes_packs.work()

    assert (states, jobs) == ({1: "cancelled", 2: "waiting"}, ["cancelled", "waiting"])
    assert files_in(nova_takes_packs.folder)[0].split("/")[2] == "r2"


def test_a_damaged_file_of_ours_is_not_sent_as_if_it_were_whole(nova_takes_packs):
    with scope(nova_takes_packs.studio):
        package = nova_takes_packs.episode.default_cut().packages.get()
    Path(package.mezzanine.path).write_bytes(b"!" * package.mezzanine_bytes)
    nova_takes_packs.work()

    with scope(nova_takes_packs.studio):
        assert Job.objects.get(kind="deliver").error == (
            "mezzanine.mp4 in our store is not what it was when it was made; restore it from a backup."
        )
    assert nova_takes_packs.delivery().state == "failed"
    assert files_in(nova_takes_packs.folder) == []


@pytest.mark.parametrize(("file", "name"), [("mezzanine", "mezzanine.mp4"), ("poster", "artwork/poster.jpg")])
def test_a_missing_file_of_ours_is_named(nova_takes_packs, file, name):
    with scope(nova_takes_packs.studio):
        package = nova_takes_packs.episode.default_cut().packages.get()
    Path(getattr(package, file).path).unlink()
    nova_takes_packs.work()

    with scope(nova_takes_packs.studio):
        assert Delivery.objects.get().moves().last().why == (
            f"{name} is missing from our store; restore it from a backup."
        )


def test_a_mezzanine_is_not_sent_without_a_right_to_its_sound(lantern, desk, nova, tmp_path):
    with scope(lantern):
        nova.dropbox = f"file://{tmp_path}"
        nova.save()
        series = make_series()
        episode = make_episode(series, audio=["en", "ja"])
        for subject in (series, episode):
            desk.release(subject)
        make_grant(nova, series, audio_languages=["ja"])
    relay_at(series, NOW)
    tasks.deliver_packs()

    with scope(lantern):
        delivery = Delivery.objects.get()
        assert delivery.moves().last().why == (
            "The partner has no right to the original sound, which is in every mezzanine."
        )
    assert files_in(tmp_path) == []


def test_no_secret_is_in_the_ledger(nova_takes_packs):
    nova_takes_packs.hooks.answer_with(500)
    nova_takes_packs.work()
    nova_takes_packs.work()

    with scope(nova_takes_packs.studio):
        ledger = str(list(Attempt.objects.values()))
    ((_body, headers), _again) = nova_takes_packs.hooks.got
    secrets = ["s3cret", nova_takes_packs.partner.webhook_secret, headers["webhook-signature"]]
    assert [secret in ledger for secret in secrets] == [False, False, False]


def test_the_ledger_cannot_be_rewritten(nova_takes_packs):
    nova_takes_packs.work()

    with pytest.raises(ProgrammingError, match="permission denied"), scope(nova_takes_packs.studio):
        Attempt.objects.update(error="")


def test_another_studio_sees_no_delivery_and_no_attempt(nova_takes_packs, harbor):
    nova_takes_packs.work()

    with scope(harbor):
        assert (Delivery.objects.count(), Attempt.objects.count()) == (0, 0)
