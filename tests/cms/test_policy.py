"""What every answer tells the browser, asked of every address that the resolver knows."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from cms.policy import PERMISSIONS
from studios.models import User
from studios.scope import scope
from tests.cms.stock import one_of_each
from tests.every_address import NoVisit, every_address, values_for

NONCE = re.compile(r"'nonce-([A-Za-z0-9+/]{22}==)'")
STYLE_OF_TROUBLES = re.compile(r" 'sha256-[A-Za-z0-9+/]{43}='")
FILES = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGES = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
DESK = PAGES.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'")


def policy(response) -> str:
    """The policy in the order of its names, without what differs from answer to answer."""
    text = STYLE_OF_TROUBLES.sub("", NONCE.sub("", response.headers["Content-Security-Policy"]))
    return re.sub(r" +(;|$)", r"\1", re.sub(r" +", " ", text))


def ordered(policy: str) -> set[str]:
    return set(policy.split("; "))


def expected(response, path: str) -> str:
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return FILES
    return DESK if path.startswith("/admin/") else PAGES


@pytest.fixture
def stocked(stores, lantern, producer: User, second_producer: User) -> None:
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)


def test_every_address_answers_with_its_policy(stocked, owner: User, desk: Callable[[User], Client]):
    people = [Client(raise_request_exception=False), desk(owner)]
    wrong = []

    for address in every_address():
        try:
            path = address.path(values_for(address, owner))
        except NoVisit:
            path = "/" + re.sub(r"%\(\w+\)s", "x", address.text)  # nobody has such a row; the refusal has a policy too
        for client in people:
            response = client.get(path)
            if ordered(policy(response)) != ordered(expected(response, path)):
                wrong.append((path, response.status_code, response.headers["Content-Security-Policy"]))

    assert wrong == []


@pytest.mark.parametrize("path", ["/admin/login/", "/nowhere/", "/healthz", "/static/octavo/hls.js"])
def test_every_answer_refuses_frames_guessed_types_and_what_no_page_needs(db, path):
    headers = Client().get(path).headers

    assert {
        name: headers.get(name)
        for name in (
            "X-Frame-Options",
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
            "Permissions-Policy",
        )
    } == {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
    }


def test_a_nonce_is_on_the_page_and_used_once(db):
    first, second = (Client().get("/admin/login/", follow=True) for _ in range(2))
    nonces = [NONCE.findall(response.headers["Content-Security-Policy"]) for response in (first, second)]

    assert len({nonce for found in nonces for nonce in found}) == 2
    assert f'nonce="{nonces[0][0]}"' in first.content.decode()


def test_the_page_for_troubles_has_the_style_that_the_policy_names(db):
    response = Client().get("/nowhere/")

    assert response.status_code == 404
    assert STYLE_OF_TROUBLES.search(response.headers["Content-Security-Policy"])
    assert "<style>" in response.content.decode()


def test_a_file_of_ours_is_served_with_the_strictest_policy_and_its_own_type(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = False
    (tmp_path / "player.js").write_text("1")

    response = Client().get("/static/player.js")

    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert ordered(policy(response)) == ordered(FILES)


def test_media_may_come_from_the_bucket_that_holds_it(db, settings):
    bucket = {
        "BACKEND": "titles.media.bucketstore.BucketStorage",
        "OPTIONS": {
            "bucket_name": "octavo",
            "access_key": "key",
            "secret_key": "secret",
            "endpoint_url": "https://store.example:9000",
        },
    }
    settings.STORAGES = {**settings.STORAGES, **dict.fromkeys(("artwork", "masters", "packages"), bucket)}

    found = ordered(policy(Client().get("/admin/login/")))

    assert found - ordered(DESK) == {
        "img-src 'self' data: https://store.example:9000",
        "media-src 'self' blob: https://store.example:9000",
        "connect-src 'self' https://store.example:9000",
    }
