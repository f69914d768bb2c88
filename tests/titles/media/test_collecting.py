from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, connections
from django.utils import timezone

from studios.models import Change
from studios.scope import scope
from tests.titles.media.conftest import make_cut
from tests.titles.media.shelf import make_package
from titles.distribution.models import Release, ReleaseCut
from titles.distribution.releasing import submit_episode
from titles.jobs.models import Job
from titles.media import collecting, leftovers, removing
from titles.media.collecting import candidates, collect, referring_to, superseded_editions
from titles.media.composing import compose
from titles.media.leftovers import remove_leftovers
from titles.media.models import Edition, Package, Removal, Stream
from titles.media.removing import BeingRemoved, confirm_kept, database_now


def soon():
    """A moment after which everything that is there by now counts as old."""
    return timezone.now() + timedelta(seconds=1)


@pytest.fixture
def first(cut):
    """The first edition of a cut, superseded by another of a new master."""
    with scope(cut.studio_id):
        make_package(cut)
    first = compose(cut)
    with scope(cut.studio_id):
        make_package(cut, number=2, salt="second")
    compose(cut)
    return first


def on_shelf(stores, shelf):
    return {path.name for path in (stores / "packages").glob(f"*/{shelf}/*")}


def test_what_a_newer_package_superseded_goes_with_its_files_and_is_written_down(first, stores, producer):
    studio = first.studio_id
    with scope(studio):
        package, old = first.package, set(first.package.renditions.values_list("stream__digest", flat=True))

    gone = collect(studio, by=producer, before=soon())

    with scope(studio):
        assert (Edition.objects.count(), Package.objects.count(), Stream.objects.count()) == (1, 1, 3)
        assert {each.row_id for each in gone if each.noun != "media.stream"} == {first.pk, package.pk}
        assert Removal.objects.filter(removed_at=None).count() == 0
        assert set(Removal.objects.values_list("person", "why")) == {(producer.pk, "superseded")}
        assert Change.objects.filter(noun="media.package", operation="delete").count() == 1
        kept = set(Stream.objects.values_list("digest", flat=True))
    assert on_shelf(stores, "packages") == kept
    assert old.isdisjoint(kept)
    assert first.digest not in on_shelf(stores, "editions")


def test_nothing_goes_before_its_time(first):
    assert collect(first.studio_id, before=timezone.now() - timedelta(days=1)) == []


def test_the_newest_stays_however_old_it_is(cut):
    with scope(cut.studio_id):
        make_package(cut)
    compose(cut)

    assert collect(cut.studio_id, before=soon()) == []


def test_a_preview_tells_what_would_go_and_takes_nothing(first):
    with scope(first.studio_id):
        told = [(each.noun, each.size_bytes) for each in candidates(soon())]
        streams = sum(first.package.renditions.values_list("stream__size_bytes", flat=True))

        assert told == [("edition", first.size_bytes), ("package", 1 + streams)]
        assert Edition.objects.count() == 2


def test_an_edition_that_a_release_pins_stays_with_all_its_streams(first, producer):
    with scope(first.studio_id):
        episode = first.package.cut.episode
        release = submit_episode_with(first, episode, producer)

    gone = collect(first.studio_id, before=soon())

    with scope(first.studio_id):
        assert gone == []
        assert ReleaseCut.objects.get(release=release).edition == first


def submit_episode_with(edition, episode, producer):
    """A release that was submitted when ``edition`` was the newest."""
    type(episode).objects.filter(pk=episode.pk).update(title_en="Night 1", title_zh_hans="Night 1")
    release = submit_episode(episode, by=producer)
    ReleaseCut.objects.filter(release=release).delete()
    ReleaseCut.objects.create(release=release, cut=edition.package.cut, edition=edition)
    return release


def test_an_edition_made_for_one_partner_stays_as_long_as_its_package_is_pinned(first, producer):
    with scope(first.studio_id):
        narrowed = Edition.objects.create(
            package=first.package, digest="0" * 64, composed_at=datetime(1970, 1, 1, tzinfo=UTC)
        )
        submit_episode_with(first, first.package.cut.episode, producer)

    assert collect(first.studio_id, before=soon()) == []

    with scope(first.studio_id):
        ReleaseCut.objects.all().delete()
    collect(first.studio_id, before=soon())

    with scope(first.studio_id):
        assert not Edition.objects.filter(pk__in=[first.pk, narrowed.pk]).exists()


@pytest.mark.parametrize("subject", ["package__cut", "package__master", "package"])
def test_what_a_job_works_on_stays_until_it_is_over(first, subject):
    with scope(first.studio_id):
        row = first
        for name in subject.split("__"):
            row = getattr(row, name)
        job = Job.enqueue("compose", row)

    assert collect(first.studio_id, before=soon()) == []

    with scope(first.studio_id):
        job.cancel(by=None)
    assert collect(first.studio_id, before=soon()) != []


def test_a_stream_that_two_packages_share_stays_with_the_other(cut, stores):
    with scope(cut.studio_id):
        older = make_package(cut)
    compose(cut)
    with scope(cut.studio_id):
        sounds = {row.audio_track: row.stream for row in older.sounds()}
        newer = older.followed_by(sounds, quality="publish")
    compose(cut)

    collect(cut.studio_id, before=soon())

    with scope(cut.studio_id):
        assert (Package.objects.get(), Stream.objects.count()) == (newer, 3)
    assert len(on_shelf(stores, "packages")) == 3


def test_every_table_that_points_at_an_edition_or_a_stream_is_asked():
    assert {each.related_model._meta.label for each in referring_to(Edition)} == {"distribution.ReleaseCut"}
    assert {each.related_model._meta.label for each in referring_to(Stream)} == {"media.Layback"}


def test_what_a_killed_collector_decided_is_done_by_the_next(first, stores, monkeypatch):
    monkeypatch.setattr(removing, "finish", lambda studio_id: 0)
    collect(first.studio_id, before=soon())
    assert len(on_shelf(stores, "packages")) == 6
    monkeypatch.undo()

    assert removing.finish(first.studio_id) > 0

    assert len(on_shelf(stores, "packages")) == 3


def test_whoever_found_files_that_were_taken_away_meanwhile_is_told_to_keep_them_anew(first):
    with scope(first.studio_id):
        began_at, folder = database_now(), first.folder()
    collect(first.studio_id, before=soon())

    with scope(first.studio_id), pytest.raises(BeingRemoved, match="made again in a moment"):
        confirm_kept([folder], since=began_at)
    with scope(first.studio_id):
        confirm_kept([folder], since=database_now())


def test_files_that_no_row_refers_to_go_and_all_others_stay(first, stores):
    studio = first.studio_id
    masters = stores / "masters" / str(studio)
    masters.mkdir(parents=True)
    left = masters / "0190d1d0-0000-7000-8000-000000000000.mp4"
    left.write_bytes(b"left")
    orphan = stores / "packages" / str(studio) / "packages" / ("0" * 64)
    orphan.mkdir()
    (orphan / "stream.mp4").write_bytes(b"orphan")
    strange = stores / "packages" / str(studio) / "elsewhere" / "film"
    strange.mkdir(parents=True)

    assert list(leftovers.leftovers(studio, timezone.now() - timedelta(days=1))) == []
    gone = remove_leftovers(studio, soon())

    assert {(each.store, each.name, each.size_bytes) for each in gone} == {
        ("masters", f"{studio}/{left.name}", 4),
        ("packages", f"{studio}/packages/{orphan.name}", 6),
    }
    assert not left.exists() and not orphan.exists() and strange.exists()
    assert len(on_shelf(stores, "packages")) == 6


def test_the_collector_of_one_studio_touches_no_other(first, harbor, stores):
    other = make_cut(harbor)
    with scope(harbor):
        make_package(other)
    compose(other)

    collect(first.studio_id, before=soon())
    remove_leftovers(first.studio_id, soon())

    assert len(list((stores / "packages").glob(f"{harbor.pk}/packages/*"))) == 3


@pytest.mark.django_db(transaction=True)
def test_an_edition_that_is_submitted_while_the_collector_deletes_it_stays(cut, producer):
    with scope(cut.studio_id):
        make_package(cut)
        type(cut.episode).objects.filter(pk=cut.episode_id).update(title_en="Night 1", title_zh_hans="Night 1")
    first = compose(cut)

    with scope(cut.studio_id):
        release = submit_episode(cut.episode, by=producer)
        beside = Thread(target=supersede_and_collect, args=[cut])
        beside.start()
        wait_until_somebody_waits_for_us(beside)
    beside.join()

    with scope(cut.studio_id):
        assert Edition.objects.count() == 2
        assert ReleaseCut.objects.get(release=release).edition == first


def supersede_and_collect(cut):
    try:
        with scope(cut.studio_id):
            make_package(cut, number=2, salt="second")
        compose(cut)
        collect(cut.studio_id, before=soon())
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_an_edition_that_the_collector_is_deleting_can_be_pinned_by_nobody(first, producer):
    studio, outcome = first.studio_id, []

    def pin():
        try:
            with scope(studio):
                submit_episode_with(first, first.package.cut.episode, producer)
        except IntegrityError:
            outcome.append("refused")
        finally:
            connections.close_all()

    with scope(studio):
        assert collecting._remove_edition(superseded_editions(soon()).filter(pk=first.pk), None)
        beside = Thread(target=pin)
        beside.start()
        wait_until_somebody_waits_for_us(beside)
    beside.join()

    assert outcome == ["refused"]
    with scope(studio):
        assert (Edition.objects.filter(pk=first.pk).count(), Release.objects.count()) == (0, 0)


def wait_until_somebody_waits_for_us(beside):
    """Return when another connection waits for a lock of this one; fail when ``beside`` ended without."""
    waiting = 0
    while not waiting:
        assert beside.is_alive()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            waiting = cursor.fetchone()[0]
