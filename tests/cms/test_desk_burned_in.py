"""Films with burned-in subtitles on the page of an episode: asked for, followed, watched and kept by those who may."""

import pytest
from django.urls import reverse

from studios.keys import new_id
from studios.roles import Role
from studios.scope import scope
from tests.at_the_desk import desk
from tests.conftest import make_member
from tests.titles.media.conftest import calm_heart, messages, stores
from tests.titles.media.shelf import make_package
from titles.catalog.models import Episode, Series
from titles.jobs.models import Job
from titles.media.composing import compose
from titles.media.handing_down import hand_down
from titles.media.models import BurnedIn

__all__ = ["calm_heart", "desk", "messages", "stores"]

HOLA = "WEBVTT\n\n00:01.000 --> 00:02.500\nHola\n"


@pytest.fixture
def edition(lantern, stores, messages):
    with scope(lantern):
        series = Series.objects.create(slug="heiress", title="Heiress", original_language="zh-hans")
        cut = Episode.objects.create(series=series, number=1).default_cut()
        package = make_package(cut)
        package.followed_by(
            {row.audio_track: row.stream for row in package.sounds()}, poster=f"{lantern.pk}/poster.jpg"
        )
        hand_down(cut, language="es", kind="full", name="Español", webvtt=HOLA, origin_id=new_id())
    edition = compose(cut)
    with scope(lantern):
        Job.objects.all().delete()
    return edition


def page(client, edition):
    with scope(edition.studio_id):
        episode = edition.package.cut.episode_id
    return client.get(reverse("admin:catalog_episode_change", args=[episode]) + "?tab=subtitles").content.decode()


def ask(client, edition, sidecar_id=None):
    with scope(edition.studio_id):
        episode, sidecar = edition.package.cut.episode_id, edition.sidecars.get().pk
    return client.post(reverse("admin:catalog_episode_burn_in", args=[episode]), {"sidecar": sidecar_id or sidecar})


def test_a_producer_asks_for_a_film_and_follows_it(desk, producer, edition, lantern):
    assert "Make" in page(desk(producer), edition)

    ask(desk(producer), edition)

    with scope(lantern):
        assert list(Job.objects.values_list("kind", "subject_id")) == [("burn in", BurnedIn.objects.get().pk)]
    assert "every 3s" in page(desk(producer), edition)


def test_one_that_is_ready_can_be_watched_and_kept(desk, producer, edition, lantern):
    ask(desk(producer), edition)
    with scope(lantern):
        film = BurnedIn.objects.get()
        name = f"{lantern.pk}/packages/{film.package_id}/burned.mp4"
        film.move("waiting", "done", by=None, file=name, size_bytes=1, sha256="")

    shown = page(desk(producer), edition)

    assert (shown.count("burned.mp4"), "Watch" in shown, "Download<span" in shown) == (2, True, True)


def test_a_viewer_asks_for_nothing(desk, lantern, edition):
    viewer = make_member(lantern, "Vera Viewer", Role.VIEWER)

    assert ask(desk(viewer), edition).status_code == 403
    with scope(lantern):
        assert not BurnedIn.objects.exists()


def test_a_subtitle_file_of_something_else_is_not_found(desk, producer, edition):
    assert ask(desk(producer), edition, new_id()).status_code == 404


def test_an_outsider_finds_nothing(desk, outsider, edition):
    assert ask(desk(outsider), edition).status_code == 404
