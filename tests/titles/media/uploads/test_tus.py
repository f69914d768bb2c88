"""The wire, case by case; what needs a real socket is in test_sockets.py."""

import base64
import hashlib
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.test import Client
from django.utils import timezone

from studios.roles import Role
from studios.scope import scope
from tests.conftest import make_member
from tests.titles.media.uploads.conftest import BYTES, FILM, Tus, words
from titles.jobs.models import Job
from titles.media.models import Upload

HALF = len(FILM) // 2


def digest(data: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def stored(folder) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*.part")]


def states(studio) -> list[str]:
    with scope(studio):
        return list(Upload.objects.values_list("state", flat=True))


def test_the_server_says_what_it_can(tus):
    answer = tus.send("OPTIONS", tus.address, Tus_Resumable=None)

    assert answer.status_code == 204
    assert {name: answer[name] for name in ("Tus-Resumable", "Tus-Version", "Tus-Max-Size", "Tus-Extension")} == {
        "Tus-Resumable": "1.0.0",
        "Tus-Version": "1.0.0",
        "Tus-Max-Size": "4294967296",
        "Tus-Extension": "creation,creation-with-upload,expiration,checksum,termination",
    }
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_an_upload_begins_empty_at_an_address_of_its_own(tus, lantern):
    answer = tus.create()

    assert (answer.status_code, answer.content, answer["Tus-Resumable"]) == (201, b"", "1.0.0")
    with scope(lantern):
        upload = Upload.objects.get()
        assert answer["Location"] == f"/uploads/{lantern.pk}/{upload.pk}/"
        assert (upload.name, upload.size_bytes, upload.offset_bytes, upload.state) == (
            "EP01.mp4",
            len(FILM),
            0,
            "receiving",
        )


def test_bytes_may_come_with_the_beginning(tus, uploads_folder):
    answer = tus.create(data=FILM[:HALF])

    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(HALF))
    assert stored(uploads_folder) == [FILM[:HALF]]


def test_pieces_make_the_file_and_the_last_one_has_it_taken_in(tus, uploads_folder, lantern, messages):
    place = tus.begun()
    first, second = tus.patch(place, FILM[:HALF]), tus.patch(place, FILM[HALF:], at=HALF)

    assert [(each.status_code, each["Upload-Offset"]) for each in (first, second)] == [
        (204, str(HALF)),
        (204, str(len(FILM))),
    ]
    assert stored(uploads_folder) == [FILM]
    assert states(lantern) == ["complete"]
    with scope(lantern):
        assert list(Job.objects.values_list("kind", "subject_id")) == [("take in", Upload.objects.get().pk)]


def test_how_far_it_is_can_be_asked(tus):
    place = tus.begun(data=FILM[:HALF])

    answer = tus.head(place)

    assert (answer.status_code, answer["Upload-Offset"], answer["Upload-Length"], answer["Cache-Control"]) == (
        200,
        str(HALF),
        str(len(FILM)),
        "no-store",
    )


def test_the_clients_words_come_back_as_they_were_said(tus):
    told = words(filename="第一集.mp4", modified="17")
    place = tus.create(Upload_Metadata=told + ",urgent")["Location"]

    assert tus.head(place)["Upload-Metadata"] == told + ",urgent"


def test_what_is_complete_still_tells_how_far_it_is(tus):
    place = tus.begun(data=FILM)

    assert tus.head(place)["Upload-Offset"] == str(len(FILM))
    assert tus.patch(place, b"", at=len(FILM)).status_code == 204
    assert tus.patch(place, b"x", at=0).status_code == 409


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"Upload_Length": None}, 400),
        ({"Upload_Length": "-1"}, 400),
        ({"Upload_Length": "12.5"}, 400),
        ({"Upload_Length": "１２"}, 400),
        ({"Upload_Length": None, "Upload_Defer_Length": "1"}, 400),
        ({"Upload_Length": "0"}, 415),
        ({"Upload_Length": str(4 * 1024**3 + 1)}, 413),
        ({"Upload_Metadata": "filename notbase64!"}, 400),
        ({"Upload_Metadata": "filename RVA=,filename RVA="}, 400),
        ({"Upload_Metadata": "filename AGE="}, 400),
        ({"Upload_Metadata": words(episode="nonsense")}, 404),
        ({"Upload_Metadata": words(episode="01936d2e-0000-7000-8000-000000000000")}, 404),
        ({"Tus_Resumable": None}, 412),
        ({"Tus_Resumable": "0.2.2"}, 412),
    ],
)
def test_a_beginning_that_cannot_be_is_refused(tus, lantern, told, status):
    answer = tus.create(**told)

    assert (answer.status_code, answer["Tus-Resumable"]) == (status, "1.0.0")
    assert answer.content
    assert states(lantern) == []


def test_another_version_is_told_which_one_is_spoken(tus):
    assert tus.create(Tus_Resumable="0.2.2")["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize(
    ("data", "told", "status"),
    [
        (FILM[HALF:], {"at": HALF - 1}, 409),
        (FILM[HALF:], {"at": HALF + 1}, 413),
        (FILM[HALF : HALF + 9], {"at": HALF + 1}, 409),
        (FILM[HALF:], {"at": 0}, 409),
        (FILM[HALF:] + b"x", {"at": HALF}, 413),
        (FILM[HALF:], {"at": "-1"}, 400),
        (FILM[HALF:], {"at": "many"}, 400),
        (FILM[HALF:], {"at": HALF, "Upload_Offset": None}, 400),
        (FILM[HALF:], {"at": HALF, "content_type": "application/octet-stream"}, 415),
        (FILM[HALF:], {"at": HALF, "Tus_Resumable": None}, 412),
        (FILM[HALF:], {"at": HALF, "Upload_Checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="}, 400),
        (FILM[HALF:], {"at": HALF, "Upload_Checksum": "sha1 tooshort"}, 400),
        (FILM[HALF:], {"at": HALF, "Upload_Checksum": digest(b"other")}, 460),
        (FILM[HALF:], {"at": HALF, "Upload_Checksum": digest(b"other", "sha256")}, 460),
    ],
)
def test_a_piece_that_does_not_fit_changes_nothing(tus, uploads_folder, data, told, status):
    place = tus.begun(data=FILM[:HALF])

    answer = tus.patch(place, data, **told)

    assert (answer.status_code, answer["Tus-Resumable"]) == (status, "1.0.0")
    assert stored(uploads_folder) == [FILM[:HALF]]
    assert tus.patch(place, FILM[HALF:], at=HALF).status_code == 204


def test_a_wrong_checksum_is_called_by_its_name(tus):
    answer = tus.patch(tus.begun(), FILM[:HALF], Upload_Checksum=digest(b"other"))

    assert answer.reason_phrase == "Checksum Mismatch"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_with_the_right_checksum_is_kept(tus, uploads_folder, algorithm):
    place = tus.begun()

    assert tus.patch(place, FILM[:HALF], Upload_Checksum=digest(FILM[:HALF], algorithm)).status_code == 204
    assert stored(uploads_folder) == [FILM[:HALF]]


def test_bytes_that_nobody_compared_with_their_checksum_count_for_nothing(tus, lantern, uploads_folder):
    """As a server leaves them that is killed in the middle of a piece with a checksum."""
    place = tus.begun(data=FILM[:HALF])
    with scope(lantern):
        Upload.objects.update(unverified_from_bytes=HALF)
    next(uploads_folder.rglob("*.part")).write_bytes(FILM[:HALF] + b"unverified")

    assert tus.head(place)["Upload-Offset"] == str(HALF)
    assert tus.patch(place, FILM[HALF:], at=HALF).status_code == 204
    assert stored(uploads_folder) == [FILM]


def test_what_is_on_the_disk_counts_and_not_what_the_row_says(tus, lantern, uploads_folder):
    """As a server leaves it that is killed in the middle of a piece."""
    place = tus.begun()
    next(uploads_folder.rglob("*.part")).write_bytes(FILM[:HALF])

    assert tus.head(place)["Upload-Offset"] == str(HALF)


def test_a_file_whose_last_byte_came_just_before_the_server_died_is_completed_when_it_is_asked_for(
    tus, lantern, uploads_folder
):
    place = tus.begun()
    next(uploads_folder.rglob("*.part")).write_bytes(FILM)

    assert tus.head(place)["Upload-Offset"] == str(len(FILM))
    assert states(lantern) == ["complete"]


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"#EXTM3U\n", "This is an HLS playlist, not a film. Export the episode as MP4 or MOV and upload that."),
        (b"\x89PNG\r\n", "This is a picture (PNG), not a film. Export the episode as MP4 or MOV and upload that."),
    ],
)
def test_what_is_no_film_is_refused_by_its_first_bytes_and_is_over(tus, lantern, uploads_folder, head, sentence):
    place = tus.begun(size_bytes=100_000)

    answer = tus.patch(place, head + bytes(5_000))

    assert (answer.status_code, answer.content.decode()) == (415, sentence)
    assert (states(lantern), stored(uploads_folder)) == (["refused"], [])
    assert tus.head(place).status_code == 410


def test_the_first_bytes_are_looked_at_however_small_the_pieces_are(tus, lantern):
    place = tus.begun(size_bytes=100_000)

    statuses = [tus.patch(place, b"x" * 2_000, at=2_000 * place_).status_code for place_ in range(3)]

    assert statuses == [204, 204, 415]


def test_an_upload_can_be_ended(tus, lantern, uploads_folder):
    place = tus.begun(data=FILM[:HALF])

    assert tus.send("DELETE", place).status_code == 204
    assert (states(lantern), stored(uploads_folder)) == (["ended"], [])
    assert [tus.head(place).status_code, tus.patch(place, FILM[HALF:], at=HALF).status_code] == [410, 410]


def test_what_has_arrived_is_not_ended_any_more(tus, lantern):
    place = tus.begun(data=FILM)

    assert tus.send("DELETE", place).status_code == 409
    assert states(lantern) == ["complete"]


def test_an_upload_says_until_when_it_is_kept_and_every_piece_prolongs_it(tus, settings):
    place = tus.begun()
    settings.UPLOAD_LIVES_S = 3600 * 24 * 30

    answer = tus.patch(place, FILM[:HALF])

    left = parsedate_to_datetime(answer["Upload-Expires"]) - timezone.now()
    assert timedelta(days=29) < left < timedelta(days=31)


def test_an_upload_that_nobody_went_on_with_is_gone(tus, lantern):
    place = tus.begun(data=FILM[:HALF])
    with scope(lantern):
        Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert [tus.head(place).status_code, tus.patch(place, FILM[HALF:], at=HALF).status_code] == [410, 410]


def test_a_second_writer_has_to_wait(tus, lantern):
    place = tus.begun(data=FILM[:HALF])
    with scope(lantern):
        Upload.objects.get().hold()

    answer = tus.patch(place, FILM[HALF:], at=HALF)

    assert (answer.status_code, answer["Retry-After"]) == (423, "3")
    assert tus.send("DELETE", place).status_code == 423


def test_a_client_that_can_only_post_says_what_it_means(tus):
    place = tus.begun(data=FILM[:HALF])

    answer = tus.send(
        "POST", place, FILM[HALF:], content_type=BYTES, Upload_Offset=str(HALF), X_HTTP_Method_Override="PATCH"
    )

    assert answer.status_code == 204
    assert tus.send("GET", place, X_HTTP_Method_Override="DELETE").status_code == 405


@pytest.mark.parametrize(("method", "status"), [("GET", 405), ("PUT", 405), ("PATCH", 405)])
def test_the_address_of_beginnings_takes_nothing_else(tus, method, status):
    answer = tus.send(method, tus.address)

    assert (answer.status_code, answer["Allow"]) == (status, "OPTIONS, POST")


def test_no_room_on_the_disk_is_said_before_a_byte_is_sent(tus, settings, lantern):
    place = tus.begun()
    settings.LEAST_FREE_BYTES = 10**18

    refusals = [tus.create(), tus.patch(place, FILM[:HALF])]

    assert [each.status_code for each in refusals] == [507, 507]
    assert "no room" in refusals[0].content.decode()
    assert states(lantern) == ["receiving"]


def verbs(tus: Tus, place: str) -> list[int]:
    """What every verb answers at ``place``."""
    return [
        tus.send("HEAD", place).status_code,
        tus.patch(place, FILM[HALF:], at=HALF).status_code,
        tus.send("DELETE", place).status_code,
    ]


def test_somebody_elses_upload_looks_like_one_that_is_not_there(tus, desk, lantern, second_producer, uploads_folder):
    place = tus.begun(data=FILM[:HALF])
    other = Tus(desk(second_producer), lantern)
    missing = tus.address + "01936d2e-0000-7000-8000-000000000000/"

    assert verbs(other, place) == verbs(other, missing) == [404, 404, 404]
    assert other.head(place).content == other.head(missing).content
    assert stored(uploads_folder) == [FILM[:HALF]]


def test_an_outsider_finds_neither_the_upload_nor_the_studio(tus, desk, lantern, harbor, outsider):
    place = tus.begun(data=FILM[:HALF])
    through_lantern, through_harbor = Tus(desk(outsider), lantern), Tus(desk(outsider), harbor)

    assert verbs(through_lantern, place) == [404, 404, 404]
    assert verbs(through_harbor, place.replace(str(lantern.pk), str(harbor.pk))) == [404, 404, 404]
    assert through_lantern.create().status_code == 404


def test_nobody_uploads_into_an_episode_of_another_studio(tus, desk, harbor, outsider, cut):
    assert Tus(desk(outsider), harbor, cut.episode).create().status_code == 404


def test_a_stranger_is_asked_to_sign_in(tus, lantern):
    place, nobody = tus.begun(), Tus(Client(), lantern)

    assert [*verbs(nobody, place), nobody.create().status_code] == [401, 401, 401, 401]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.EDITOR, 403), (Role.REVIEWER, 403), (Role.DISTRIBUTOR, 403), (Role.VIEWER, 403), (Role.GUEST, 404)],
)
def test_whoever_may_not_upload_is_told_so(tus, desk, lantern, role, status):
    program = Tus(desk(make_member(lantern, "Nora Nobody", role)), lantern)

    assert program.create().status_code == status


def test_a_producer_who_lost_the_role_sends_not_one_byte_more(tus, lantern, producer):
    place = tus.begun()
    with scope(lantern):
        producer.memberships.update(roles=["viewer"])

    assert tus.patch(place, FILM).status_code == 403


def test_a_page_of_another_site_cannot_upload_in_somebodys_name(tus, producer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(producer)
    tus.client = client

    assert tus.create().status_code == 403
