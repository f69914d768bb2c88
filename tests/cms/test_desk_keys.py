"""Keys on the desk: made with scopes and an end, shown once, told when they run out, revoked."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from studios.models import StudioKey
from studios.roles import Action, Role, may
from studios.scope import scope
from tests.conftest import make_member
from titles.distribution.models import Partner, PartnerKey

KEYS = "/admin/studios/studiokey/"


@pytest.fixture
def nova(lantern):
    with scope(lantern):
        return Partner.objects.make("Nova Reels", "nova")


def shown(page):
    found = re.search(r'value="(octavo[a-z]*_[^"]+)"', page.content.decode())
    return found and found[1]


def test_a_key_is_made_shown_once_and_opens_the_api(lantern, desk, owner, client):
    in_a_year = timezone.localdate() + timedelta(days=365)

    page = desk(owner).post(
        f"{KEYS}add/", {"name": "reporting", "scopes": ["catalog"], "expires_on": in_a_year.isoformat()}
    )

    key = shown(page)
    with scope(lantern):
        row = StudioKey.objects.get()
    assert (row.name, row.scopes, row.made_by) == ("reporting", ["catalog"], owner)
    assert row.expires_at.date() == in_a_year + timedelta(days=1)
    assert client.get("/api/v1/series", headers={"authorization": f"Bearer {key}"}).status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert key not in desk(owner).get(KEYS).content.decode()


def test_the_form_proposes_a_year(desk, owner):
    form = desk(owner).get(f"{KEYS}add/").context["adminform"].form

    assert form["expires_on"].value() == timezone.localdate() + timedelta(days=365)


@pytest.mark.parametrize(
    "asked",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"name": ""},
        {"expires_on": "2020-01-01"},
        {"expires_on": "9999-12-31"},
    ],
)
def test_a_key_without_what_it_needs_is_not_made(lantern, desk, owner, asked):
    answer = desk(owner).post(f"{KEYS}add/", {"name": "x", "scopes": ["catalog"], "expires_on": "", **asked})

    assert answer.status_code == 200
    with scope(lantern):
        assert StudioKey.objects.count() == 0


def test_whoever_may_not_see_a_key_does_not_see_its_history(lantern, desk, owner):
    with scope(lantern):
        StudioKey.make("reporting", scopes=["catalog"], by=owner)
        key = StudioKey.objects.get()
    viewer = make_member(lantern, "Vic Viewer", Role.VIEWER)

    answers = [desk(person).get(f"{KEYS}{key.pk}/history/").status_code for person in (owner, viewer)]

    assert answers == [200, 302]


def test_two_keys_of_a_name_are_live_and_a_third_waits(lantern, desk, owner):
    browser = desk(owner)
    for _each in range(3):
        page = browser.post(f"{KEYS}add/", {"name": "reporting", "scopes": ["catalog"]}, follow=True)

    assert "Two keys are live already" in page.content.decode()
    with scope(lantern):
        assert StudioKey.objects.live().count() == 2


def test_a_revoked_key_is_refused_from_then_on(lantern, desk, owner, client):
    browser = desk(owner)
    key = shown(browser.post(f"{KEYS}add/", {"name": "reporting", "scopes": ["catalog"]}))
    with scope(lantern):
        row = StudioKey.objects.get()

    browser.post(f"{KEYS}{row.pk}/do/revoke/")

    assert client.get("/api/v1/series", headers={"authorization": f"Bearer {key}"}).status_code == 401
    assert "revoked" in browser.get(f"{KEYS}{row.pk}/change/").content.decode()


def test_keys_that_run_out_stand_over_the_list(lantern, desk, owner):
    with scope(lantern):
        for name, days in (("soon", 10), ("later", 100)):
            StudioKey.make(name, scopes=["jobs"], by=owner, expires_at=timezone.now() + timedelta(days=days))

    page = desk(owner).get(KEYS)

    assert [key.name for key in page.context["ending"]] == ["soon"]
    assert "These keys run out soon" in page.content.decode()


@pytest.mark.parametrize("role", Role)
def test_only_roles_that_manage_keys_see_and_make_them(lantern, desk, role):
    browser = desk(make_member(lantern, "Somebody", role))
    made = browser.post(f"{KEYS}add/", {"name": "reporting", "scopes": ["catalog"]})

    allowed = may([role], Action.MANAGE_KEYS)
    assert (browser.get(KEYS).status_code == 200, made.status_code == 200) == (allowed, allowed)


def test_another_studios_key_is_as_if_there_were_none(lantern, desk, owner, outsider):
    with scope(lantern):
        StudioKey.make("reporting", scopes=["jobs"], by=owner)
        row = StudioKey.objects.get()
    stranger = desk(outsider)

    stranger.post(f"{KEYS}{row.pk}/do/revoke/")

    assert str(row) not in stranger.get(KEYS).content.decode()
    with scope(lantern):
        assert StudioKey.objects.live().count() == 1


@pytest.mark.parametrize("keys", [1, 20])
def test_the_list_takes_as_many_statements_for_few_keys_as_for_many(lantern, desk, owner, statements, keys):
    with scope(lantern):
        for place in range(keys):
            StudioKey.make(f"k{place}", scopes=["jobs"], by=owner)
    browser = desk(owner)
    browser.get(KEYS)

    with statements() as sent:
        browser.get(KEYS)

    assert len(sent) == 8, "\n".join(sent)


# Partner keys


def test_a_partner_key_has_scopes_and_an_end(lantern, desk, nova, distributor):
    page = desk(distributor).post(
        f"/admin/distribution/partner/{nova.pk}/keys/", {"scopes": ["feed"], "expires_on": "2030-01-31"}
    )

    with scope(lantern):
        key = PartnerKey.objects.get()
        assert PartnerKey.verified(shown(page)) == key
    assert (key.scopes, key.expires_at.date().isoformat(), key.made_by) == (["feed"], "2030-02-01", distributor)


def test_the_partners_page_says_how_each_key_stands(lantern, desk, nova, distributor):
    with scope(lantern):
        PartnerKey.make(nova, expires_at=timezone.now() + timedelta(days=2))
        PartnerKey.make(nova, scopes=["assets"])
        PartnerKey.objects.latest("id").revoke()

    page = desk(distributor).get(f"/admin/distribution/partner/{nova.pk}/change/").content.decode()

    assert ["expires soon" in page, "revoked" in page, "fetch pictures, films and subtitles" in page] == [True] * 3


@pytest.mark.parametrize(
    ("asked", "said"), [({}, "This field is required"), ({"scopes": ["feed"]}, "Two keys are live")]
)
def test_why_no_partner_key_was_made_is_said(lantern, desk, nova, distributor, asked, said):
    with scope(lantern):
        PartnerKey.make(nova), PartnerKey.make(nova)

    page = desk(distributor).post(f"/admin/distribution/partner/{nova.pk}/keys/", asked, follow=True)

    assert said in page.content.decode()
