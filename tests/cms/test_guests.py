"""Guests at the desk: what is assigned to them with its context, and nothing else, whichever way they ask."""

import re
import time
from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from localization.assigning import assign, end
from localization.models import Assignment, Version
from studios.keys import new_id
from studios.models import Membership, User
from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import SRT, one_of_each, subtitles
from tests.conftest import make_member
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Episode
from titles.media import playback
from titles.media.models import Edition

#: What differs between any two answers.
ONLY_ONCE = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def guest(lantern) -> User:
    return make_member(lantern, "Gus Guest", Role.GUEST)


@pytest.fixture
def episodes(stores, lantern, producer) -> list[Episode]:
    """Two episodes that play, of one series, with subtitles; and a studio full of other things."""
    with scope(lantern, person=producer):
        series = make_series()
        made = [make_episode(series, number) for number in (1, 2)]
        for episode in made:
            for language in ("es", "ar", "en"):
                subtitles(episode.default_cut(), language, by=producer)
    return made


@pytest.fixture
def give(lantern, guest, producer):
    """``give(episode, "es")`` assigns it to the guest."""

    def given(episode, *languages, **terms) -> list[Assignment]:
        with scope(lantern, person=producer):
            member = Membership.objects.get(user=guest)
            return assign(member, [episode], languages=languages, by=producer, **terms)

    return given


def newest(lantern, episode, language) -> Version:
    with scope(lantern):
        versions = Version.objects.filter(track__cut__episode=episode, track__language=language)
        return versions.select_related("track").newest_first().first()


def page_of(row) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def answer_to(client, address, pk, **post):
    """How an address with ``pk`` in it is answered, less the id itself."""
    answer = client.post(address.format(pk), post) if post else client.get(address.format(pk))
    body = client.get(answer.url).content if answer.status_code == 302 else answer.content
    return answer.status_code, answer.headers.get("Location"), ONLY_ONCE.sub("", body.decode().replace(str(pk), "…"))


def test_a_guest_finds_the_assigned_episode_on_the_home_page_and_nothing_else_there(desk, guest, episodes, give):
    give(episodes[0], "es")

    page = desk(guest).get("/admin/").content.decode()

    assert [episodes[0].title in page, str(episodes[1].pk) in page, 'class="lanes"' in page] == [True, False, False]


def test_a_guest_sees_the_assigned_episode_its_film_and_the_subtitles_that_the_work_needs(
    desk, lantern, guest, episodes, give
):
    give(episodes[0], "es")

    page = desk(guest).get(page_of(episodes[0])).content.decode()

    shown = [str(newest(lantern, episodes[0], language).pk) in page for language in ("es", "en", "ar")]
    assert (shown, "data-player" in page) == ([True, True, False], True)


def test_the_card_of_the_series_lists_the_guests_own_episodes(desk, guest, episodes, give):
    give(episodes[0], "es")

    page = desk(guest).get(page_of(episodes[0].series)).content.decode()

    told = ("A maid finds out", str(episodes[0].pk), str(episodes[1].pk), "Mina Park", "secret-heiress")
    assert [word in page for word in told] == [True, True, False, False, False]


def test_lists_hold_what_is_assigned(desk, guest, episodes, give):
    give(episodes[0], "es")
    client = desk(guest)

    listed = {
        noun: len(client.get(f"/admin/{noun}/").context["cl"].result_list)
        for noun in ("catalog/series", "catalog/episode", "localization/version")
    }

    assert listed == {"catalog/series": 1, "catalog/episode": 1, "localization/version": 2}


def test_every_other_list_is_closed(desk, lantern, guest, episodes, give, producer, second_producer):
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
    give(episodes[0], "es")
    client = desk(guest)
    open_lists = {"catalog.series", "catalog.episode", "localization.version"}

    closed = {
        model._meta.label_lower: model._meta for model in site._registry if model._meta.label_lower not in open_lists
    }

    answers = {
        label: client.get(f"/admin/{meta.app_label}/{meta.model_name}/").status_code for label, meta in closed.items()
    }
    assert answers == dict.fromkeys(closed, 403)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/catalog/episode/{}/change/",
        "/admin/catalog/episode/{}/history/",
        "/admin/catalog/episode/{}/delete/",
        "/admin/catalog/episode/{}/part/work/",
        "/admin/catalog/episode/{}/subtitles/",
        "/admin/catalog/episode/{}/download/master/",
    ],
)
def test_an_unassigned_episode_is_answered_exactly_like_a_missing_one(desk, guest, episodes, give, address):
    give(episodes[0], "es", may_download=True)
    client = desk(guest)

    assert answer_to(client, address, episodes[1].pk) == answer_to(client, address, new_id())


@pytest.mark.parametrize(
    ("address", "post"),
    [
        ("/admin/localization/version/{}/change/", {}),
        ("/admin/localization/version/{}/history/", {}),
        ("/admin/localization/version/{}/subtitles.vtt", {}),
        ("/admin/localization/version/{}/download/srt/", {}),
        ("/admin/localization/version/{}/do/submit/", {"next": "/admin/"}),
        ("/admin/localization/version/{}/do/approve/", {"next": "/admin/"}),
    ],
)
def test_subtitles_of_another_language_are_answered_exactly_like_missing_ones(
    desk, lantern, guest, episodes, give, address, post
):
    give(episodes[0], "es", may_download=True)
    client = desk(guest)
    foreign = newest(lantern, episodes[0], "ar").pk

    assert answer_to(client, address, foreign, **post) == answer_to(client, address, new_id(), **post)


def test_the_history_of_an_assigned_episode_is_not_shown(desk, guest, episodes, give):
    give(episodes[0], "es")

    assert desk(guest).get(f"/admin/catalog/episode/{episodes[0].pk}/history/").status_code == 302


def test_the_palette_finds_nothing_for_a_guest(desk, guest, episodes, give):
    give(episodes[0], "es")

    assert "The Secret Heiress" not in desk(guest).get("/admin/search/?s=heiress").content.decode()


def test_a_lookup_offers_a_guest_the_assigned_series_alone(desk, lantern, guest, episodes, give, producer):
    with scope(lantern, person=producer):
        make_series("tides", "Tides")
    give(episodes[0], "es")

    found = desk(guest).get("/admin/autocomplete/?app_label=catalog&model_name=episode&field_name=series&term=")

    assert [each["id"] for each in found.json()["results"]] == [str(episodes[0].series_id)]


@pytest.mark.parametrize("field", [("catalog", "credit", "person"), ("distribution", "grant", "partner")])
def test_a_lookup_of_what_guests_do_not_see_is_refused(desk, guest, episodes, give, field):
    give(episodes[0], "es")
    address = "/admin/autocomplete/?app_label={}&model_name={}&field_name={}&term=".format(*field)

    assert desk(guest).get(address).status_code == 403


def test_a_guest_imports_and_submits_the_assigned_language(desk, lantern, guest, episodes, give):
    give(episodes[0], "es")
    client = desk(guest)
    address = f"/admin/catalog/episode/{episodes[0].pk}/subtitles/"
    file = SimpleUploadedFile("EP01.es.srt", SRT.replace("lied", "mentiste").encode())

    seen = client.post(address, {"file": file, "language": "es", "kind": "full"}).context["seen"]
    client.post(address, {"seen": seen})
    version = newest(lantern, episodes[0], "es")
    client.post(f"/admin/localization/version/{version.pk}/do/submit/")

    with scope(lantern):
        version.refresh_from_db()
        assert (version.author, version.state) == (guest, Version.State.IN_REVIEW)


def test_a_guest_is_offered_no_other_language(desk, guest, episodes, give):
    give(episodes[0], "es")

    form = desk(guest).get(f"/admin/catalog/episode/{episodes[0].pk}/subtitles/").context["form"]

    assert [tag for tag, _name in form.fields["language"].choices] == ["es"]


def test_what_was_seen_for_one_episode_is_not_written_for_another(desk, lantern, guest, episodes, give):
    give(episodes[0], "es")
    give(episodes[1], "ar")
    client = desk(guest)
    first, second = (f"/admin/catalog/episode/{episode.pk}/subtitles/" for episode in episodes)
    file = SimpleUploadedFile("EP01.es.srt", SRT.replace("lied", "mentiste").encode())
    seen = client.post(first, {"file": file, "language": "es", "kind": "full"}).context["seen"]

    answer = client.post(second, {"seen": seen})

    assert (answer.status_code, newest(lantern, episodes[1], "es").number) == (302, 1)


def test_the_original_is_read_and_not_submitted(desk, lantern, guest, episodes, give):
    give(episodes[0], "es")
    original = newest(lantern, episodes[0], "en")
    client = desk(guest)

    read = client.get(page_of(original)).status_code
    client.post(f"/admin/localization/version/{original.pk}/do/submit/")

    with scope(lantern):
        original.refresh_from_db()
    assert (read, original.state) == (200, Version.State.DRAFT)


def test_a_guest_approves_nothing(desk, lantern, guest, episodes, give, producer):
    give(episodes[0], "es")
    version = newest(lantern, episodes[0], "es")
    with scope(lantern, person=producer):
        version.submit(by=producer)

    desk(guest).post(f"/admin/localization/version/{version.pk}/do/approve/")

    with scope(lantern):
        version.refresh_from_db()
    assert version.state == Version.State.IN_REVIEW


@pytest.mark.parametrize(("terms", "statuses"), [({}, [404, 404]), ({"may_download": True}, [200, 302])])
def test_files_are_kept_only_where_that_was_granted(desk, lantern, guest, episodes, give, terms, statuses):
    give(episodes[0], "es", **terms)
    client = desk(guest)
    version = newest(lantern, episodes[0], "es")

    answers = [
        client.get(f"/admin/localization/version/{version.pk}/download/srt/"),
        client.get(f"/admin/catalog/episode/{episodes[0].pk}/download/mezzanine/"),
    ]

    assert [answer.status_code for answer in answers] == statuses


def test_members_keep_files_as_they_like(desk, lantern, episodes):
    viewer = desk(make_member(lantern, "Vic Viewer", Role.VIEWER))

    answer = viewer.get(f"/admin/localization/version/{newest(lantern, episodes[0], 'es').pk}/download/vtt/")

    name = 'attachment; filename="heiress-1.es.v1.vtt"'
    assert (answer.status_code, answer.headers["Content-Disposition"]) == (200, name)
    assert viewer.get(f"/admin/catalog/episode/{episodes[0].pk}/download/poster/").status_code == 404


def test_the_film_of_a_guest_names_no_subtitle_file_and_opens_none(desk, client, lantern, guest, episodes, give):
    give(episodes[0], "es")
    film = desk(guest).get(page_of(episodes[0])).context["film"]

    playlist = client.get(film.address).content.decode()
    with scope(lantern):
        sidecar = (
            Edition.objects.filter(package__cut__episode=episodes[0]).newest_first().first().edition_sidecars.first()
        )

    assert ("SUBTITLES" in playlist, "#EXT-X-STREAM-INF" in playlist) == (False, True)
    assert client.get(f"{film.address.rpartition('/')[0]}/{sidecar.file_name}").status_code == 404


def test_the_film_of_a_guest_ends_with_the_assignment(client, lantern, episodes):
    with scope(lantern):
        edition = Edition.objects.filter(package__cut__episode=episodes[0]).select_related("package").first()

    over = playback.film_address(edition, until=timezone.now() - timedelta(seconds=1))
    lasting = playback.film_address(edition, until=timezone.now() + timedelta(hours=1))

    assert [client.get(address).status_code for address in (over, lasting)] == [403, 200]


def test_every_address_that_a_guest_is_given_ends_with_the_assignment(client, desk, guest, episodes, give, monkeypatch):
    ends_at = timezone.now() + timedelta(minutes=2)
    give(episodes[0], "es", may_download=True, ends_at=ends_at)
    browser = desk(guest)
    film = browser.get(page_of(episodes[0])).context["film"]
    kept = browser.get(f"/admin/catalog/episode/{episodes[0].pk}/download/mezzanine/").url
    given = (film.address, film.poster, kept)
    refused_before = [client.get(address).status_code == 403 for address in given]

    monkeypatch.setattr(time, "time", lambda: ends_at.timestamp())

    assert refused_before == [False, False, False]
    assert [client.get(address).status_code for address in given] == [403, 403, 403]


def test_a_picture_of_an_assignment_without_an_end_is_shown_for_half_an_hour(
    client, desk, guest, episodes, give, monkeypatch
):
    give(episodes[0], "es")
    poster = desk(guest).get(page_of(episodes[0])).context["film"].poster
    later_s = time.time() + 30 * 60

    monkeypatch.setattr(time, "time", lambda: later_s)

    assert client.get(poster).status_code == 403


def test_with_the_assignment_everything_ends(desk, lantern, guest, episodes, give, producer):
    (assignment,) = give(episodes[0], "es")
    client = desk(guest)
    before = client.get(page_of(episodes[0])).status_code

    with scope(lantern, person=producer):
        end(assignment)

    assert (before, client.get(page_of(episodes[0])).status_code) == (200, 302)
    assert "Nothing is assigned to you yet" in client.get("/admin/").content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_that_a_guest_sends_changes_the_episode(desk, lantern, guest, episodes, give, method):
    give(episodes[0], "es")

    getattr(desk(guest), method)(page_of(episodes[0]), {"title_en": "Hacked"})

    with scope(lantern):
        assert Episode.objects.get(pk=episodes[0].pk).title_en == episodes[0].title_en


@pytest.mark.parametrize("how_many", [1, 5])
def test_pages_of_a_guest_take_as_much_for_five_assignments_as_for_one(
    desk, lantern, guest, episodes, give, statements, how_many
):
    give(episodes[0], *("es", "ar", "fr", "ja", "id")[:how_many])
    client = desk(guest)
    asked = []
    for address in ("/admin/", page_of(episodes[0]), page_of(episodes[0].series)):
        client.get(address)
        with statements() as sent:
            client.get(address)
        asked.append(len(sent))

    assert asked == [7, 9, 9]


# Assigning at the desk


def form(series, member, **more):
    return {"member": str(member.pk), "series": str(series.pk), "episodes": "1-2", "languages": ["es"], **more}


def test_a_producer_assigns_a_range_of_episodes(desk, lantern, guest, episodes, producer):
    with scope(lantern):
        member = Membership.objects.get(user=guest)

    desk(producer).post("/admin/localization/assignment/add/", form(episodes[0].series, member, may_download="on"))

    with scope(lantern):
        made = Assignment.objects.order_by("episode__number").values_list(
            "episode", "language", "may_download", "made_by"
        )
        assert list(made) == [(episode.pk, "es", True, producer.pk) for episode in episodes]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"episodes": "7"}, "The series has no such episode."),
        ({"episodes": "x"}, "names no episodes"),
        ({"ends_at_0": "2020-01-01", "ends_at_1": "00:00"}, "This is over already."),
        ({"series": "y"}, "is not a valid UUID"),
        ({"member": "y"}, "is not a valid UUID"),
    ],
)
def test_what_cannot_be_assigned_is_told(desk, lantern, guest, episodes, producer, wrong, sentence):
    with scope(lantern):
        member = Membership.objects.get(user=guest)

    page = desk(producer).post("/admin/localization/assignment/add/", form(episodes[0].series, member) | wrong)

    assert sentence in page.content.decode()


def test_foreign_members_and_series_are_not_assigned(desk, lantern, guest, episodes, outsider):
    with scope(lantern):
        member = Membership.objects.get(user=guest)

    desk(outsider).post("/admin/localization/assignment/add/", form(episodes[0].series, member))

    with scope(lantern):
        assert Assignment.objects.count() == 0


def test_a_producer_ends_an_assignment(desk, lantern, episodes, give, producer):
    (assignment,) = give(episodes[0], "es")

    desk(producer).post(f"/admin/localization/assignment/{assignment.pk}/do/end/")

    with scope(lantern):
        assert not Assignment.objects.get().is_current()


def test_an_editor_assigns_nothing(desk, editor):
    assert desk(editor).get("/admin/localization/assignment/add/").status_code == 403


def test_an_editor_finds_what_was_assigned_to_them(desk, lantern, episodes, editor, producer):
    with scope(lantern, person=producer):
        assign(Membership.objects.get(user=editor), episodes[:1], languages=["es"], by=producer)

    page = desk(editor).get("/admin/").content.decode()

    assert ["My assignments" in page, 'class="lanes"' in page] == [True, True]


def test_a_member_with_assignments_can_be_removed(desk, lantern, owner, guest, episodes, give):
    give(episodes[0], "es")
    with scope(lantern):
        member = Membership.objects.get(user=guest)

    desk(owner).post(f"/admin/studios/membership/{member.pk}/delete/", {"post": "yes"})

    assert guest.workplaces() == []
