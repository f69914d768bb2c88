"""The page "Export and close": an owner takes everything along, closes, and reopens; nobody else does."""

import io
import json
import time
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from cms.leaving import closing, preparing
from cms.leaving.checking import checked
from cms.leaving.exporting import export
from cms.leaving.manifest import NOTES
from cms.leaving.tasks import export_studios
from studios.models import Studio
from studios.roles import Role
from studios.scope import scope
from tests.conftest import PASSWORD, make_member
from titles.jobs.models import Job

PAGE = "/admin/leaving/"
BUTTONS = ("export", "close", "reopen")

pytestmark = pytest.mark.django_db(transaction=True)


def press(client, button, **fields):
    return client.post(f"{PAGE}{button}/", fields, follow=True).content.decode()


@pytest.fixture
def exported(desk, series, owner):
    """The owner has asked for an export, and a worker has made it."""
    press(desk(owner), "export")
    export_studios()


def download(client, lantern):
    with scope(lantern):
        job = Job.objects.get(kind="export")
    answer = client.get(f"{PAGE}exports/{job.pk}/", follow=True)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_an_export_of_the_page_is_one_file_that_another_octavo_accepts(desk, exported, lantern, owner, tmp_path):
    page = desk(owner).get(PAGE).content.decode()

    _answer, content = download(desk(owner), lantern)

    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    assert "Download" in page
    assert checked(tmp_path / "lantern").studio_id == lantern.pk


def test_an_export_whose_worker_died_goes_on_and_leaves_no_folder_behind(desk, series, lantern, owner, settings):
    press(desk(owner), "export")
    with scope(lantern):
        job = Job.objects.get(kind="export")
    folder = settings.HOME / "work" / f"export-{job.pk}"
    with pytest.raises(KeyboardInterrupt):
        export(lantern.pk, folder, report=died_at_the_third_file, linking=True)
    moment = json.loads((folder / NOTES).read_text().splitlines()[0])["taken_at"]

    export_studios()

    _answer, content = download(desk(owner), lantern)
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("lantern/manifest.json"))
    assert (manifest["taken_at"], folder.exists()) == (moment, False)


def died_at_the_third_file(step, share):
    if share > 0.3:
        raise KeyboardInterrupt


def test_while_it_is_made_the_page_shows_how_far_it_is(desk, series, owner):
    client = desk(owner)

    press(client, "export")

    part = client.get(PAGE, {"exports": ""}).content.decode()
    assert ('hx-trigger="every 2s"' in part, "Waiting for a worker" in part) == (True, True)
    assert "<html" not in part


def test_after_some_days_nobody_downloads_it_and_the_clock_deletes_it(desk, exported, lantern, owner):
    with scope(lantern):
        Job.objects.filter(kind="export").update(finished_at=timezone.now() - preparing.LIVES)
    answer, _content = download(desk(owner), lantern)
    page = desk(owner).get(PAGE).content.decode()

    preparing.forget(timezone.now())

    assert (answer.status_code, "expired" in page) == (404, True)
    assert storages["exports"].listdir(str(lantern.pk))[1] == []
    assert list(preparing.names_below(storages["exports"], str(lantern.pk))) == []


def test_the_clock_keeps_what_can_still_be_downloaded(desk, exported, lantern, owner):
    preparing.forget(timezone.now() + timedelta(days=6))

    assert download(desk(owner), lantern)[0].status_code == 200


def test_the_address_of_a_download_ends_and_is_no_other_studios(desk, exported, lantern, outsider):
    with scope(lantern):
        job = Job.objects.get(kind="export")

    assert desk(outsider).get(f"{PAGE}exports/{job.pk}/").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_nobody_but_owners_sees_or_presses_anything(desk, lantern, role):
    client = desk(make_member(lantern, "Nora Newcomer", role))

    statuses = [client.get(PAGE).status_code, *(client.post(f"{PAGE}{each}/").status_code for each in BUTTONS)]

    assert statuses == [403] * 4
    assert PAGE not in client.get("/admin/").content.decode()


def test_whoever_closes_it_has_to_write_its_name(desk, lantern, owner):
    page = press(desk(owner), "close", name="Lampion")

    assert "That is not the name of this studio, so nothing was done." in page
    with scope(lantern):
        assert Studio.objects.current().state == "active"


def test_whoever_signed_in_a_while_ago_says_the_password_before_exporting_and_closing(
    desk, lantern, owner, exported, monkeypatch
):
    client = desk(owner)
    with scope(lantern):
        job = Job.objects.get(kind="export")
    later_s = time.time() + 10 * 60
    monkeypatch.setattr(time, "time", lambda: later_s)

    answers = [
        client.post(f"{PAGE}export/"),
        client.post(f"{PAGE}close/", {"name": "Lantern"}),
        client.get(f"{PAGE}exports/{job.pk}/"),
    ]

    assert [answer.url for answer in answers] == ["/account/reauthenticate/?next=%2Fadmin%2Fleaving%2F"] * 3
    with scope(lantern):
        assert (Job.objects.filter(kind="export").count(), Studio.objects.current().state) == (1, "active")

    client.post(answers[0].url, {"password": PASSWORD})

    assert "Lantern is closing" in press(client, "close", name="Lantern")


def test_an_owner_closes_the_studio_and_every_page_says_so(desk, lantern, owner, producer):
    page = press(desk(owner), "close", name="Lantern")

    elsewhere = desk(producer).get("/admin/catalog/series/").content.decode()
    assert "Lantern is closing" in page
    assert "Reopen Lantern" in page
    assert "Lantern is closing: nothing can be changed" in elsewhere
    assert "Export or reopen" not in elsewhere


def test_an_owner_still_exports_while_it_is_closing(desk, series, lantern, owner):
    closing.close(lantern.pk, by=owner, door="admin")

    press(desk(owner), "export")
    export_studios()

    assert download(desk(owner), lantern)[0].status_code == 200


def test_an_owner_reopens_it(desk, lantern, owner):
    client = desk(owner)
    press(client, "close", name="Lantern")

    page = press(client, "reopen")

    assert "Lantern works again." in page
    with scope(lantern):
        assert Studio.objects.current().state == "active"


def test_two_who_press_at_once_are_told(desk, lantern, owner):
    client = desk(owner)
    press(client, "close", name="Lantern")

    assert "Lantern is no longer active; look at it again." in press(client, "close", name="Lantern")


def test_a_member_still_reads_the_inbox_and_changes_their_own_settings(desk, lantern, owner, producer):
    closing.close(lantern.pk, by=owner, door="admin")
    client = desk(producer)

    read = client.post("/admin/inbox/read/")
    saved = client.post("/admin/me/", {"name": "Pia Changed", "language": "en", "time_zone": "UTC"})

    assert (read.status_code, saved.status_code < 400) == (302, True)


def test_the_page_takes_the_same_number_of_statements_with_one_export_and_with_three(desk, lantern, owner, statements):
    client = desk(owner)
    client.get(PAGE)  # sessions are written once
    counts = []
    for more in (1, 2):
        with scope(lantern):
            for _each in range(more):
                preparing.ask(lantern, by=owner).cancel(by=owner)
        with statements() as sent:
            client.get(PAGE)
        counts.append(len(sent))

    assert counts[0] == counts[1]
