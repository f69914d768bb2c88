"""The example partner: its own process, over real HTTP, against a studio that speaks the feed's contract."""

import ast
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cms.demo.partner.feed import Page
from cms.demo.partner.replica import Replica
from tests.cms.loopback_studio import (
    PICTURE,
    SECRET,
    STREAM,
    Partner,
    Studio,
    delete,
    episode_body,
    listening,
    put_pack,
    series_body,
    upsert,
)

CLIENT = Path(__file__).resolve().parents[2] / "cms" / "demo" / "partner"
PACK = "heiress/001-episode-1/r1"


@pytest.fixture
def studio() -> Iterator[Studio]:
    with listening(Studio()) as studio:
        yield studio


@pytest.fixture
def partner(studio: Studio, tmp_path: Path) -> Iterator[Partner]:
    partner = Partner(tmp_path, studio.address)
    partner.start()
    yield partner
    partner.end()


def imported(code: str) -> set[str]:
    """The top-level packages that ``code`` imports, but not those beside it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(str(node.module))
    return {name.partition(".")[0] for name in names}


def test_client_needs_the_standard_library_and_one_package():
    used = set.union(*(imported(file.read_text()) for file in CLIENT.glob("*.py")))

    assert used - sys.stdlib_module_names == {"standardwebhooks"}


def test_replica_is_what_the_feed_offers_and_all_of_it_is_fetched(studio, partner):
    report = partner.sync()

    assert report == {
        "entities": ["episode-1", "series"],
        "revisions": {"episode-1": 1, "series": 1},
        "packs": [],
        "webhooks": 0,
        # The master, the manifest, two streams, still pictures and subtitles; each stream twice its pieces.
        "checked": {"playlists": 6, "streams": 2, "bytes": 2 * 1000 + 60 + 24, "subtitles": 2, "pictures": 2},
        "failures": [],
        "cursor": "epoch-1-after-2",
    }


def test_report_is_kept_in_a_file_too(partner, tmp_path):
    answered = partner.sync()

    assert json.loads((tmp_path / "report.json").read_text()) == answered == partner.report()


def test_key_is_shown_to_the_feed_and_never_where_it_leads(studio, partner):
    partner.sync()

    shown = {each.path.split("/")[1] for each in studio.asked if "Authorization" in each.headers}
    assert shown == {"feed"}


def test_a_page_at_a_time_until_there_is_no_more(studio, partner):
    studio.entries += [upsert(number, episode_body(number)) for number in (3, 4, 5)]

    report = partner.sync()

    assert [each.path.partition("?")[2] for each in studio.asked_for("/changes")] == [
        "",
        "cursor=epoch-1-after-2",
        "cursor=epoch-1-after-4",
    ]
    assert report["entities"] == ["episode-1", "episode-3", "episode-4", "episode-5", "series"]


def test_an_unchanged_feed_is_asked_with_its_etag_and_answers_304(studio, partner):
    before = [partner.sync(), partner.sync()][1]

    after = partner.sync()

    assert [each.status for each in studio.asked_for("/changes")] == [200, 200, 304]
    assert after == before


def test_cursor_and_replica_outlive_the_process(studio, partner):
    partner.sync()
    partner.end()
    studio.entries.append(delete(3, "episode-1"))

    partner.start()

    assert partner.sync()["entities"] == ["series"]
    assert studio.asked_for("/changes")[-1].path == "/feed/v1/changes?cursor=epoch-1-after-2"


def test_a_deleted_episode_leaves_the_replica(studio, partner):
    partner.sync()
    studio.entries = [studio.entries[0], delete(3, "episode-1")]

    assert partner.sync()["revisions"] == {"series": 1}


def page(*entries: dict[str, Any]) -> Page:
    return Page(list(entries), next_cursor="later", has_more=False, etag="")


def test_older_news_never_overwrite_newer_ones():
    replica = Replica()
    replica.apply(page(upsert(7, episode_body(1), revision=2), delete(8, "episode-2")))

    replica.apply(page(upsert(3, episode_body(1), revision=1), upsert(4, episode_body(2))))

    assert [(id_, entry["revision"]) for id_, entry in replica.live().items()] == [("episode-1", 2)]


def test_applying_a_page_twice_changes_nothing():
    news = page(upsert(1, series_body()), upsert(2, episode_body(1)), delete(3, "episode-2"))
    once, twice = Replica(), Replica()

    once.apply(news)
    twice.apply(news)
    twice.apply(news)

    assert twice == once


def test_the_end_of_a_window_deletes_under_the_same_sequence():
    replica = Replica()
    replica.apply(page(upsert(2, episode_body(1))))

    replica.apply(page(delete(2, "episode-1", reason="expired")))
    replica.apply(page(upsert(2, episode_body(1))))

    assert replica.live() == {}


def test_a_foreign_cursor_is_reported_and_the_replica_stays(studio, partner):
    partner.sync()
    known = json.loads((partner.folder / "replica.json").read_text()) | {"cursor": "somebody-else", "etag": ""}
    partner.end()
    (partner.folder / "replica.json").write_text(json.dumps(known))
    partner.start()

    report = partner.sync()

    assert report["failures"] == ["The studio answered 400 (bad_cursor): Start again without a cursor."]
    assert report["entities"] == ["episode-1", "series"]


def test_a_new_epoch_starts_again_from_nothing(studio, partner):
    studio.entries.append(upsert(3, episode_body(2)))
    partner.sync()
    studio.epoch, studio.entries = 2, [upsert(1, episode_body(1), revision=7)]

    report = partner.sync()

    assert [each.status for each in studio.asked_for("/changes")][-2:] == [410, 200]
    assert report["revisions"] == {"episode-1": 7}
    assert report["cursor"] == "epoch-2-after-1"
    assert report["failures"] == []


def test_a_refused_key_is_reported(partner):
    partner.end()
    partner.key = "octavo_0123456789ab_a-revoked-key"
    partner.start()

    assert partner.sync()["failures"] == ["The studio answered 401 (bad_key): Start again without a cursor."]


def test_a_stream_that_is_too_short_is_noticed(studio, partner):
    studio.files["packages/b/stream.mp4"] = STREAM[:-1]

    assert partner.sync()["failures"] == [
        "The HLS playlist of episode 1: Bytes 524 to 1023 of b/stream.mp4 were asked for, and the answer was 206 with "
        "bytes 524-1022."
    ]


def test_a_stream_that_is_longer_than_its_playlist_is_noticed(studio, partner):
    studio.files["packages/a/stream.mp4"] = STREAM + b"\0"

    assert partner.sync()["failures"] == [
        "The HLS playlist of episode 1: a/stream.mp4 does not end where its playlist ends."
    ]


def test_a_server_that_ignores_byte_ranges_is_noticed(studio, partner):
    studio.ignores_ranges = True

    assert partner.sync()["failures"] == [
        "The HLS playlist of episode 1: Bytes 0 to 99 of b/stream.mp4 were asked for, and the answer was 200 with "
        "the whole file.",
        "The DASH manifest of episode 1: Bytes 100 to 123 of a/stream.mp4 were asked for, and the answer was 200 with "
        "the whole file.",
    ]


def test_other_subtitles_than_the_feed_lists_are_noticed(studio, partner):
    studio.files["editions/e/es.vtt"] = b"WEBVTT\n\n"

    assert partner.sync()["failures"] == [
        "The HLS playlist of episode 1: Its subtitles are not those that the feed lists.",
        "The subtitles es of episode 1: e/es.vtt has another SHA-256 than the feed says.",
    ]


def test_a_changed_picture_is_noticed(studio, partner):
    studio.files["poster.jpg"] = PICTURE[::-1]

    assert partner.sync()["failures"] == [
        "The poster of episode 1: token/poster.jpg has another SHA-256 than the feed says."
    ]


def test_a_missing_file_is_noticed_and_the_rest_is_checked(studio, partner):
    del studio.files["editions/e/manifest.mpd"]

    report = partner.sync()

    assert report["failures"] == [
        "The DASH manifest of episode 1: The studio answered 404 (Not Found): There is no such file at this address."
    ]
    assert report["checked"]["pictures"] == 2


def test_a_studio_that_is_away_is_reported(partner):
    partner.end()
    partner.feed = "http://127.0.0.1:9/feed/v1"
    partner.start()

    (failure,) = partner.sync()["failures"]
    assert failure.startswith("The feed could not be read (URLError: ")


def test_a_complete_pack_is_taken(partner):
    message = put_pack(partner.dropbox)

    assert partner.told(message) == (200, "All files are there and are what the manifest says.")
    assert (partner.report()["packs"], partner.report()["webhooks"]) == ([PACK], 1)


def test_the_same_webhook_counts_once_even_after_a_restart(partner):
    message = put_pack(partner.dropbox)
    partner.told(message)
    partner.end()
    partner.start()

    assert partner.told(message) == (200, "We know this one already.")
    assert partner.report()["webhooks"] == 1


@pytest.mark.parametrize(
    "signing",
    [
        {"secret": "whsec_" + "A" * 32},
        {"body": b"another body"},
        {"timestamp_s": int(time.time()) - 3600},
    ],
    ids=["another secret", "another body", "an old one"],
)
def test_a_webhook_that_the_studio_did_not_sign_now_is_refused(partner, signing):
    message = put_pack(partner.dropbox)

    assert partner.told(message, **signing)[0] == 401
    assert partner.report()["packs"] == []


def test_a_malformed_signature_is_refused(partner):
    request = {"webhook-id": "1", "webhook-timestamp": str(int(time.time())), "webhook-signature": "no comma"}

    assert partner._asked("/webhook", b"{}", request)[0] == 401


def test_news_of_other_kinds_are_acknowledged_and_left_alone(partner):
    assert partner.told({"type": "series.renamed", "data": {}}) == (200, "Nothing to do.")
    assert partner.report()["packs"] == []


DAMAGE = {
    "a changed file": (
        lambda folder: (folder / "mezzanine.mp4").write_bytes(STREAM[::-1]),
        "mezzanine.mp4 has another SHA-256 than its manifest says.",
    ),
    "a short file": (
        lambda folder: (folder / "mezzanine.mp4").write_bytes(STREAM[:-1]),
        "mezzanine.mp4 has 1023 bytes instead of 1024.",
    ),
    "a missing file": (lambda folder: (folder / "subtitles/es.vtt").unlink(), "subtitles/es.vtt is missing."),
    "no marker": (lambda folder: (folder / "_COMPLETE").unlink(), "_COMPLETE is missing."),
    "another manifest": (
        lambda folder: (folder / "manifest.json").write_bytes(b"{}"),
        "_COMPLETE does not fit manifest.json.",
    ),
}


@pytest.mark.parametrize("damage, sentence", DAMAGE.values(), ids=DAMAGE)
def test_the_studio_is_told_that_a_pack_is_broken(partner, damage, sentence):
    message = put_pack(partner.dropbox)
    damage(partner.dropbox / PACK)

    assert partner.told(message) == (422, f"The pack {PACK} is broken: {sentence}")
    assert partner.report()["failures"] == [f"The pack {PACK} is broken: {sentence}"]
    assert (partner.report()["packs"], partner.report()["webhooks"]) == ([], 0)


def test_a_pack_that_was_mended_is_taken_at_the_next_try(partner):
    message = put_pack(partner.dropbox)
    (partner.dropbox / PACK / "mezzanine.mp4").unlink()
    partner.told(message)
    put_pack(partner.dropbox)

    assert partner.told(message)[0] == 200
    assert (partner.report()["packs"], partner.report()["failures"]) == ([PACK], [])


def test_another_pack_than_the_announced_one_is_refused(partner):
    message = put_pack(partner.dropbox)
    message["data"]["revision"] = 2

    assert partner.told(message) == (
        422,
        f"The pack {PACK} is broken: Its manifest says revision 1, and 2 was announced.",
    )


def test_a_pack_outside_the_dropbox_is_refused(partner):
    message = put_pack(partner.folder, "elsewhere")
    message["data"]["pack"] = "../elsewhere"

    assert partner.told(message) == (
        422,
        "The pack ../elsewhere is broken: ../elsewhere leads out of dropbox.",
    )


def test_it_ends_when_it_is_told_to(partner):
    assert partner.end() == 0


def test_it_says_what_it_needs_before_it_listens(partner):
    partner.end()
    partner.key = ""

    with pytest.raises(AssertionError, match="set OCTAVO_PARTNER_KEY and OCTAVO_PARTNER_SECRET"):
        partner.start()


def test_no_list_of_processes_shows_its_secrets(partner):
    shown = Path(f"/proc/{partner.process.pid}/cmdline").read_bytes()

    assert SECRET.encode() not in shown
    assert shown.split(b"\0")[1:3] == [b"-m", b"partner"]
