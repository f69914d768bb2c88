"""The table of roles against what really happens: every role presses something of every action."""

import pytest

from studios.models import Membership, Studio
from studios.roles import MAY, Action, Role
from studios.scope import scope
from tests.cms.stock import master, subtitles
from tests.conftest import make_member
from tests.titles.distribution.stories import make_episode, make_series
from titles.distribution.models import Release
from titles.distribution.releasing import submit_episode
from titles.jobs.models import Job
from titles.media.models import PictureNote

#: Pages that open for whoever may do the action, and for nobody else.
PAGES = {
    Action.READ: "/admin/distribution/release/",
    Action.MANAGE_MEMBERS: "/admin/studios/membership/add/",
    Action.MANAGE_KEYS: "/admin/studios/studiokey/add/",
    Action.LEAVE_WITH_STUDIO: "/admin/leaving/",
    Action.READ_AUDIT: "/admin/studios/change/",
    Action.ASSIGN: "/admin/localization/assignment/add/",
    Action.EDIT_CATALOG: "/admin/catalog/series/add/",
    Action.EDIT_TRACKS: "/admin/catalog/episode/{episode}/subtitles/",
    Action.CONFORM_TRACKS: "/admin/catalog/episode/{episode}/conform/",
    Action.NAME_DEPUTY: "/admin/studios/standin/add/",
    Action.DISTRIBUTE: "/admin/distribution/partner/add/",
}
#: Verbs, each with the row that it changes for whoever may do the action, and for nobody else.
VERBS = {
    Action.UPLOAD_MEDIA: ("job", "/admin/jobs/job/{job}/do/cancel/"),
    Action.SUBMIT_RELEASES: ("episode", "/admin/catalog/episode/{other}/do/submit_release/"),
    Action.APPROVE_RELEASES: ("release", "/admin/distribution/release/{release}/do/approve/"),
    Action.REVIEW_TRACKS: ("version", "/admin/localization/version/{version}/do/approve/"),
    Action.COMMENT: ("notes", "/admin/catalog/episode/{episode}/notes/"),
    Action.MANAGE_STUDIO: ("studio", "/admin/studios/studio/{studio}/change/"),
}
SENT = {"name": "Lantern Pictures", "time_zone": "UTC", "text": "The ring is missing.", "at_ms": "1000"}


@pytest.fixture
def rows(stores, lantern, producer, editor) -> dict:
    """One row for every verb, each made by somebody who is not asked."""
    with scope(lantern, person=producer):
        series = make_series()
        episode, other = make_episode(series, 1), make_episode(series, 2)
        version = subtitles(episode.default_cut(), "fr", by=editor).submit(by=editor)
        release = submit_episode(episode, by=producer)
        job = Job.enqueue("inspect", master(episode.default_cut(), by=producer), by=producer)
    return {"episode": episode, "other": other, "version": version, "release": release, "job": job, "studio": lantern}


def seen(lantern, rows) -> dict:
    """What the verbs change."""
    with scope(lantern):
        return {
            "job": Job.objects.get(pk=rows["job"].pk).state,
            "episode": Release.objects.filter(episode=rows["other"]).count(),
            "release": Release.objects.get(pk=rows["release"].pk).state,
            "version": type(rows["version"]).objects.get(pk=rows["version"].pk).state,
            "notes": PictureNote.objects.count(),
            "studio": Studio.objects.current().name,
        }


def pressed(client, lantern, rows, row, address) -> bool:
    before = seen(lantern, rows)[row]
    client.post(address, SENT)
    return seen(lantern, rows)[row] != before


def test_every_action_has_something_to_press():
    assert set(Action) == set(PAGES) | set(VERBS)


@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_the_table_says_and_nothing_else(desk, lantern, rows, role):
    client = desk(make_member(lantern, "Nora Newcomer", role))
    ids = {name: row.pk for name, row in rows.items()}

    done = {action for action, address in PAGES.items() if client.get(address.format(**ids)).status_code == 200}
    done |= {
        action for action, (row, address) in VERBS.items() if pressed(client, lantern, rows, row, address.format(**ids))
    }

    assert done == MAY[role] & (set(PAGES) | set(VERBS))


@pytest.mark.parametrize(("role", "action"), [(Role.EDITOR, Action.EDIT_TRACKS), (Role.REVIEWER, Action.REVIEW_TRACKS)])
def test_languages_limit_what_a_role_does(lantern, role, action):
    person = make_member(lantern, "Sara Spanish", role, languages=("es",))
    with scope(lantern):
        member = Membership.objects.get(user=person)

        assert [member.may(action, language=language) for language in ("es", "ar")] == [True, False]
