import time
from datetime import timedelta

import pytest
from django.utils import timezone

from studios.scope import scope
from tests.titles.distribution.stories import Reader, make_grant, make_series, relay_at
from titles.catalog.models import Episode
from titles.distribution.feed.cursors import cursor_at
from titles.distribution.models import FeedEntry, Grant, Partner, PartnerKey

NOW = timezone.now()


@pytest.fixture
def told(heiress):
    relay_at(heiress.series, NOW)
    return heiress


@pytest.fixture
def ended(lantern, desk, nova):
    """A window that ended an hour ago, and a relay that has been stopped since yesterday."""
    with scope(lantern):
        series = make_series()
        desk.release(series)
        make_grant(nova, series, until_at=NOW - timedelta(hours=1))
    relay_at(series, NOW - timedelta(days=1))
    return series


def test_a_partner_that_follows_its_cursor_has_everything_once(told, reader):
    pages = [reader.get("changes", limit=2, cursor=reader.cursor).json()]
    pages.append(reader.get("changes", limit=2, cursor=pages[0]["next_cursor"]).json())

    assert [[entry["sequence"] for entry in page["entries"]] for page in pages] == [[1, 2], [3]]
    assert [page["has_more"] for page in pages] == [True, False]


def test_an_entry_carries_the_bytes_that_the_relay_stored(told, reader):
    page = reader.get("changes").content.decode()

    with scope(told.studio):
        assert all(f'"body":{entry.body}' in page for entry in FeedEntry.objects.all())


def test_a_delete_says_why_and_has_no_body(told, reader, producer):
    reader.follow()
    with scope(told.studio):
        told.episodes[0].releases.get().withdraw(by=producer, why="wrong master")
    relay_at(told.series, NOW)

    assert reader.follow() == [
        {
            "sequence": 4,
            "operation": "delete",
            "kind": "episode",
            "id": str(told.episodes[0].pk),
            "revision": 1,
            "effective_at": NOW.isoformat().replace("+00:00", "Z"),
            "reason": "withdrawn",
            "body": None,
        }
    ]


def test_a_window_that_ended_is_told_as_a_delete_though_no_worker_runs(ended, reader):
    (entry,) = reader.follow()

    assert (entry["operation"], entry["reason"], entry["body"]) == ("delete", "expired", None)
    assert entry["effective_at"] == (NOW - timedelta(hours=1)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("taken_back", ["grant", "release"])
def test_what_was_taken_back_is_told_as_a_delete_before_the_relay_comes_to_it(told, reader, producer, taken_back):
    with scope(told.studio):
        if taken_back == "grant":
            for grant in Grant.objects.standing():
                grant.revoke(by=producer, why="not paid")
        else:
            told.episodes[0].releases.get().withdraw(by=producer, why="wrong master")
    entries = reader.follow()
    gone = [entry["id"] for entry in entries if entry["operation"] == "delete"]

    assert gone == ([entry["id"] for entry in entries] if taken_back == "grant" else [str(told.episodes[0].pk)])
    assert reader.get(f"episodes/{told.episodes[0].pk}").status_code == 404


def test_a_page_is_known_by_its_etag(told, reader):
    first = reader.get("changes")
    again = reader.get("changes", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_an_etag_changes_with_every_entry(told, reader, producer):
    etag = reader.get("changes")["ETag"]
    with scope(told.studio):
        told.episodes[0].releases.get().withdraw(by=producer, why="wrong master")
    relay_at(told.series, NOW)

    assert reader.get("changes", headers={"if-none-match": etag}).status_code == 200


def test_an_etag_ends_with_the_window_of_any_entry_on_the_page(lantern, desk, nova, reader):
    with scope(lantern):
        series = make_series()
        desk.release(series)
        end = timezone.now() + timedelta(seconds=2)
        make_grant(nova, series, until_at=end)
    relay_at(series, NOW)
    etag = reader.get("changes")["ETag"]
    time.sleep(max(0.0, (end - timezone.now()).total_seconds()))

    assert reader.get("changes", headers={"if-none-match": etag}).status_code == 200


def test_a_page_costs_two_statements_beside_the_key_whatever_its_size(told, reader, statements):
    reader.get("changes")  # notes the use of the key
    counts = []
    for limit in (1, 3):
        with statements() as sent:
            reader.get("changes", limit=limit)
        counts.append(len(sent))

    assert counts == [4, 4]


def test_an_unchanged_page_costs_one_statement_and_no_body(told, reader, statements):
    etag = reader.get("changes")["ETag"]
    with statements() as sent:
        reader.get("changes", headers={"if-none-match": etag})

    assert len(sent) == 3
    assert not any('"body"' in sql for sql in sent)


def test_the_bytes_do_not_depend_on_the_language_that_is_asked_for(told, reader):
    answers = {
        reader.get("changes", headers={"accept-language": language}).content for language in ("en", "ja", "ar", "")
    }

    assert len(answers) == 1


def test_sentences_do_not_depend_on_the_language_that_is_asked_for(reader):
    languages = ("en", "ja", "ar")
    ours = {reader.get("changes", cursor="x", headers={"accept-language": each}).content for each in languages}
    frameworks = {
        reader.client.post("/feed/v1/changes", headers={"accept-language": each}).content for each in languages
    }

    assert (len(ours), len(frameworks)) == (1, 1)


def test_the_bytes_do_not_depend_on_what_is_accepted(reader):
    assert reader.get("changes", headers={"accept": "text/html"}).json()["has_more"] is False


def test_an_empty_page_leads_on_from_where_it_stands(told, reader):
    reader.follow()
    page = reader.get("changes", cursor=reader.cursor).json()

    assert page == {"entries": [], "has_more": False, "next_cursor": reader.cursor}


def test_more_than_a_hundred_entries_are_answered_with_a_hundred(lantern, nova, reader):
    with scope(lantern):
        FeedEntry.objects.bulk_create(
            FeedEntry(
                partner=nova,
                sequence=number,
                operation="delete",
                noun="episode",
                subject_id=nova.pk.__class__(int=number),
                revision=1,
                reason="expired",
                from_at=NOW,
            )
            for number in range(1, 103)
        )
        Partner.objects.update(feed_sequence=102)
    page = reader.get("changes", limit=5000).json()

    assert (len(page["entries"]), page["has_more"]) == (100, True)


@pytest.mark.parametrize("limit", ["0", "-1", "ten", "", "1.5", "٣", "9" * 5000])
def test_a_limit_that_is_no_number_is_refused(reader, limit):
    answer = reader.get("changes", limit=limit)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_limit")


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: "A" + c, lambda c: c.swapcase(), lambda c: "nonsense"])
def test_an_altered_cursor_is_refused(reader, change):
    reader.follow()
    answer = reader.get("changes", cursor=change(reader.cursor))

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_the_cursor_of_another_partner_is_refused(lantern, reader):
    with scope(lantern):
        orbit = Partner.objects.make("Orbit Shorts", "orbit")
    reader.follow()

    answer = Reader.of(lantern, orbit).get("changes", cursor=reader.cursor)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_a_cursor_of_an_older_epoch_has_expired(lantern, nova, reader):
    reader.follow()
    with scope(lantern):
        Partner.objects.get(pk=nova.pk).restart_feed()

    answer = reader.get("changes", cursor=reader.cursor)
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")


def test_after_a_restart_the_feed_begins_anew(told, reader):
    reader.follow()
    with scope(told.studio):
        Partner.objects.get(pk=told.partner.pk).restart_feed()
    reader.cursor = ""

    assert [entry["sequence"] for entry in reader.follow()] == [1, 2, 3]


def test_a_cursor_from_a_future_that_a_restored_backup_does_not_know_has_expired(lantern, nova, reader):
    with scope(lantern):
        ahead = cursor_at(Partner.objects.get(pk=nova.pk), 4)

    assert reader.get("changes", cursor=ahead).status_code == 410


def test_late_readers_find_parents_before_children_too(told, reader, desk):
    with scope(told.studio):
        type(told.series).objects.filter(pk=told.series.pk).update(tagline_en="A new line.")
        desk.release(told.series)
    relay_at(told.series, NOW)

    assert [entry["kind"] for entry in reader.follow()] == ["series", "episode", "episode"]


def test_a_copy_made_from_the_feed_equals_the_single_bodies(told, reader, desk):
    reader.follow()
    with scope(told.studio):
        Episode.objects.filter(pk=told.episodes[0].pk).update(title_en="The testament")
        desk.release(told.episodes[0])
    relay_at(told.series, NOW)
    reader.follow()

    bodies = [reader.get(f"series/{told.series.pk}").json()]
    bodies += [reader.get(f"episodes/{episode.pk}").json() for episode in told.episodes]
    assert reader.copy == {body["id"]: body for body in bodies}


def test_the_use_of_a_key_is_noted_once_a_minute(lantern, reader):
    reader.get("changes")
    with scope(lantern):
        noted = PartnerKey.objects.get().last_used_at
    reader.get("changes")

    with scope(lantern):
        assert PartnerKey.objects.get().last_used_at == noted
        PartnerKey.objects.update(last_used_at=noted - timedelta(minutes=1))
    reader.get("changes")
    with scope(lantern):
        assert PartnerKey.objects.get().last_used_at > noted
