"""Forged addresses and fields: refused with a sentence, never with an error of ours."""

import logging
import re
from collections.abc import Iterator

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse

from studios.admin import StudioAdmin
from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import one_of_each
from tests.conftest import make_member
from titles.distribution.models import Partner

NO_DEALS = {"deals-TOTAL_FORMS": "0", "deals-INITIAL_FORMS": "0"}
HOOK = "https://me:pass@hooks.example/in?token=s3cret"


def lists() -> Iterator[tuple[str, StudioAdmin]]:
    """The lists that filter by what their address asks for; the audit has a form of its own."""
    for model, desk in site._registry.items():
        if isinstance(desk, StudioAdmin) and type(desk).changelist_view is StudioAdmin.changelist_view:
            yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), desk


def offered_by(page: StudioAdmin) -> set[str]:
    """The columns and parameters of a list's filters."""
    named = {getattr(each, "parameter_name", each) for each in page.list_filter}
    return {each if isinstance(each, str) else each[0] for each in named}


@pytest.fixture
def partner(lantern) -> Partner:
    with scope(lantern):
        return Partner.objects.make("Nova Reels", "nova", webhook_url=HOOK)


def test_no_list_can_be_asked_for_a_column_that_it_does_not_offer(desk, owner):
    client, taken = desk(owner), []

    for address, page in lists():
        for column in page.model._meta.concrete_fields:
            if column.name in offered_by(page):
                continue
            for lookup in (column.name, f"{column.name}__startswith", f"{column.name}__key__startswith"):
                status = client.get(address, {lookup: "a"}).status_code
                if status != 400:
                    taken.append((address, lookup, status))

    assert taken == []


@pytest.mark.parametrize("query", ["row__title_en=x", "row__secret_hash__startswith=a", "person__password=a"])
def test_what_stands_in_an_old_row_cannot_be_guessed(desk, owner, query):
    client = desk(owner)
    everything, asked = (client.get(f"/admin/studios/change/?{each}").context["lines"] for each in ("", query))

    assert [line.name for line in asked] == [line.name for line in everything]


def test_no_filter_of_a_list_is_about_a_secret():
    offered = {name for _address, page in lists() for name in offered_by(page)}

    assert {name for name in offered if re.search("secret|hash|password", name)} == set()


@pytest.mark.parametrize(
    "query",
    [
        "p=abc",
        "p=-1",
        "p=99999999999999999999",
        "o=9.9.9",
        "all=",
        "e=1",
        "q=%FF",
        "q='%22)",
        "_to_field=id",
        "_popup=1",
    ],
)
def test_an_odd_query_is_no_error(desk, owner, query):
    client = desk(owner)

    assert {
        status for address, _page in lists() if (status := client.get(f"{address}?{query}").status_code) >= 500
    } == set()


def test_a_list_that_the_home_page_links_to_is_offered(desk, lantern, owner, producer, second_producer, stores):
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
    client = desk(owner)
    links = set(client.get("/admin/").content.decode().split('href="')[1:])
    filtered = {link.split('"')[0].replace("&amp;", "&") for link in links if "_exact=" in link or "__in=" in link}

    assert {link: client.get(link).status_code for link in filtered} == dict.fromkeys(filtered, 200)
    assert len(filtered) > 3


@pytest.mark.parametrize(
    "query", ["partner=abc", "series=1", "partner=", "partner=00000000-0000-0000-0000-000000000000"]
)
def test_granting_to_a_partner_that_cannot_be_is_an_empty_form(desk, distributor, query):
    response = desk(distributor).get(f"/admin/distribution/grant/add/?{query}")

    assert response.status_code == 200


def test_a_grant_to_a_forged_partner_is_refused(desk, distributor):
    response = desk(distributor).post("/admin/distribution/grant/add/", {"partner": "abc", "series": "%"})

    assert response.status_code == 200
    assert {"partner", "series"} <= response.context["form"].errors.keys()


def test_an_episode_of_a_forged_series_is_refused(desk, producer):
    client, address = desk(producer), "/admin/catalog/episode/add/"
    response = client.post(address, {"series": "abc", "number": "1", "kind": "episode"})

    assert client.get(f"{address}?series=abc").status_code == 200
    assert (response.status_code, "series" in response.context["adminform"].form.errors) == (200, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("webhook_url", "https://[::1/"),
        ("webhook_url", "https://hooks.example:port/"),
        ("new_dropbox", "s3://key:secret@[::1/bucket"),
        ("new_dropbox", "s3://key:secret@store.example:99999/bucket"),
        ("new_dropbox", "file:///etc"),
        ("new_dropbox", "ftp://store.example/"),
    ],
)
def test_an_address_that_cannot_be_is_refused_where_it_is_typed(lantern, desk, distributor, partner, field, value):
    page = f"/admin/distribution/partner/{partner.pk}/change/"

    response = desk(distributor).post(page, {"name": "Nova", "slug": "nova", field: value, **NO_DEALS})

    assert response.status_code == 200
    with scope(lantern):
        kept = Partner.objects.get()
    assert (kept.dropbox, kept.webhook_url) == ("", HOOK)


def test_only_who_may_write_a_webhooks_address_reads_its_key(lantern, desk, distributor, partner):
    with scope(lantern, person=distributor):
        Partner.objects.get().save()
        Partner.objects.filter(pk=partner.pk).update(webhook_url="https://hooks.example/other?token=s3cret")
    viewer = desk(make_member(lantern, "Vic Viewer", Role.VIEWER))
    page = f"/admin/distribution/partner/{partner.pk}/"
    shown = [viewer.get(f"{page}{each}/").content.decode() for each in ("change", "history")]

    assert "s3cret" in desk(distributor).get(f"{page}change/").content.decode()
    assert [text for text in shown if "s3cret" in text or "pass@" in text] == []
    assert "https://hooks.example/other" in shown[0]


def test_a_probe_that_is_told_to_wait_is_no_error_in_the_log(db, caplog, monkeypatch):
    with caplog.at_level(logging.INFO, logger="django.request"):
        answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert [record for record in caplog.records if record.name == "django.request"] == []


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 503), ("/admin/login/", 301)])
def test_probes_are_answered_without_tls(db, settings, path, status):
    settings.SECURE_SSL_REDIRECT = True

    assert Client().get(path).status_code == status
