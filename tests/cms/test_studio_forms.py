"""A form is saved in the studio in which it was opened, whatever happened in another window meanwhile."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from studios.models import Membership, StudioKey, User
from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import one_of_each
from tests.every_address import NoVisit, every_address, values_for
from titles.catalog.models import Tag

ADD = "/admin/catalog/tag/add/"


class Forms(HTMLParser):
    """``posting`` has, for every POST form of a page, the names and values of its inputs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.posting: list[dict[str, str]] = []
        self._inputs: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inputs = {}
            if said.get("method", "").lower() == "post":
                self.posting.append(self._inputs)
        if tag == "input" and "name" in said:
            self._inputs[said["name"]] = said.get("value", "")


@pytest.fixture
def stocked(stores, lantern, owner: User, producer: User, second_producer: User) -> None:
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        StudioKey.make("reporting", scopes=[StudioKey.Scope.CATALOG], by=owner)


@pytest.fixture
def of_both(lantern, harbor, owner: User, desk: Callable[[User], Client]) -> Client:
    """An owner of both studios, who works in Lantern."""
    with scope(harbor):
        Membership.objects.create(user=owner, roles=[Role.OWNER])
    client = desk(owner)
    client.post("/studio/", {"studio": str(lantern.pk)})
    return client


def tags(studio) -> list[str]:
    with scope(studio):
        return list(Tag.objects.values_list("slug", flat=True))


def filled_in(client: Client, address: str = ADD) -> dict[str, str]:
    forms = Forms(client.get(address).content.decode()).posting
    return next(form for form in forms if "slug" in form) | {"slug": "revenge", "kind": "trope", "name_en": "Revenge"}


def test_every_form_of_the_desk_says_which_studio_it_is_for(stocked, lantern, owner: User, desk):
    client, silent, seen = desk(owner), [], 0
    for address in every_address():
        if not address.pattern.startswith("admin/"):
            continue
        try:
            path = address.path(values_for(address, owner))
        except NoVisit:
            continue
        response = client.get(path)
        if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
            continue
        forms = Forms(response.content.decode()).posting
        seen += len(forms)
        silent += [path for form in forms if form.get("_studio") != str(lantern.pk)]

    assert (silent, seen > 50) == ([], True)


def test_a_form_is_saved_in_the_studio_that_it_was_opened_in(of_both, lantern, harbor):
    of_both.post(ADD, filled_in(of_both))

    assert (tags(lantern), tags(harbor)) == (["revenge"], [])


def test_a_form_of_a_studio_that_was_left_in_another_window_is_saved_nowhere(of_both, lantern, harbor):
    form = filled_in(of_both)
    of_both.post("/studio/", {"studio": str(harbor.pk)})

    answer = of_both.post(ADD, form)

    assert answer.status_code == 409
    assert "You switched to Harbor in another window; nothing was saved." in answer.content.decode()
    assert (tags(lantern), tags(harbor)) == ([], [])


def test_from_there_one_step_leads_back(of_both, lantern, harbor):
    form = filled_in(of_both)
    of_both.post("/studio/", {"studio": str(harbor.pk)})
    page = of_both.post(ADD, form).content.decode()

    of_both.post("/studio/", {"studio": re.search(r'name="studio" value="([^"]+)"', page)[1]})
    of_both.post(ADD, form)

    assert (tags(lantern), tags(harbor)) == (["revenge"], [])


def test_a_forged_studio_is_refused_and_not_named(desk, owner: User, harbor):
    answer = desk(owner).post(ADD, {"_studio": str(harbor.pk), "slug": "revenge", "kind": "trope"})

    assert (answer.status_code, "Harbor" in answer.content.decode()) == (409, False)


def test_signing_out_works_from_a_page_of_any_studio(of_both, harbor):
    of_both.post("/admin/logout/", {"_studio": str(harbor.pk)})

    assert "_auth_user_id" not in of_both.session
