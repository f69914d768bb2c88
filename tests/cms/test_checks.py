"""What may stand on the desk: pages on StudioAdmin alone, without the options that open a way around it."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin import ModelAdmin, TabularInline
from django.contrib.auth.models import Group

from cms.checks import desk_is_closed
from cms.desk import Desk
from studios.admin import RowsInline, StudioAdmin
from studios.models import User
from titles.catalog.models import Cut, Episode, Series
from titles.distribution.models import Release


@pytest.fixture
def checked(monkeypatch):
    """``checked(model, admin class)`` says which errors a desk with that one page has."""

    def errors(model, admin_class):
        site = Desk()
        site.register(model, admin_class)
        monkeypatch.setattr("cms.checks.site", site)
        return [error.id for error in desk_is_closed()]

    return errors


def test_the_desk_as_it_is_has_no_errors():
    assert desk_is_closed() == []


def test_pages_of_other_packages_are_turned_away():
    site = Desk()

    site.register([Group, EmailAddress], ModelAdmin)
    site.register(Group)

    assert (site._registry, site.turned_away) == ({}, [Group, EmailAddress, Group])


def test_one_of_ours_that_is_turned_away_is_an_error(checked):
    assert checked(Series, ModelAdmin) == ["octavo.E001"]


def test_a_page_put_there_past_the_desk_is_an_error(monkeypatch):
    site = Desk()
    site._registry[Series] = ModelAdmin(Series, site)
    monkeypatch.setattr("cms.checks.site", site)

    assert [error.id for error in desk_is_closed()] == ["octavo.E001"]


def test_a_noun_of_no_studio_has_no_page(checked):
    assert checked(User, type("People", (StudioAdmin,), {})) == ["octavo.E002"]


@pytest.mark.parametrize(
    "option",
    [
        {"list_editable": ["kind"]},
        {"raw_id_fields": ["series"]},
        {"save_as": True},
        {"view_on_site": True},
        {"date_hierarchy": "created_at"},
    ],
)
def test_options_that_open_a_way_around_are_errors(checked, option):
    assert checked(Episode, type("Episodes", (StudioAdmin,), option)) == ["octavo.E003"]


@pytest.mark.parametrize("name", ["author", ("author", object), "series__releases__author"])
def test_a_filter_that_lists_people_of_all_studios_is_an_error(checked, name):

    assert checked(Release, type("Releases", (StudioAdmin,), {"list_filter": [name]})) == ["octavo.E004"]


def test_an_inline_has_to_ask_for_roles_too(checked):
    plain = type("Cuts", (TabularInline,), {"model": Cut})
    ours = type("OurCuts", (RowsInline,), {"model": Cut})

    assert checked(Episode, type("Episodes", (StudioAdmin,), {"inlines": [ours, plain]})) == ["octavo.E005"]


def test_a_field_that_offers_rows_of_no_studio_is_an_error(checked):
    assert checked(Group, type("Groups", (StudioAdmin,), {})) == ["octavo.E002", "octavo.E006"]
