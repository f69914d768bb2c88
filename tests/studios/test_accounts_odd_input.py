"""What no browser sends to the pages of accounts: refused there, and never an error of ours."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from tests.conftest import PASSWORD

ODD = [
    "{}",
    "[]",
    "1",
    '"text"',
    "null",
    "not JSON",
    '{"response": 1}',
    '{"response": {"userHandle": "AA"}}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}),
    json.dumps(
        {"id": "AA", "rawId": "AA", "type": "?", "response": {"clientDataJSON": "AA", "attestationObject": "AA"}}
    ),
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": 1},
        }
    ),
]


@pytest.fixture(autouse=True)
def no_tries_yet(db):
    cache.clear()


@pytest.mark.parametrize("page", ["login", "password/reset"])
@pytest.mark.parametrize("address", ["http://[", "http://[::1", "//[", "http://\u2100.example/"])
def test_a_way_back_that_is_no_address_leads_nowhere(page, address):
    client = Client(raise_request_exception=False)

    assert client.get(f"/account/{page}/", {"next": address}).status_code == 200


def test_signing_in_with_such_a_way_back_lands_on_the_desk(producer):
    fields = {"login": producer.email, "password": PASSWORD, "next": "http://["}

    assert Client(raise_request_exception=False).post("/account/login/", fields).url == "/admin/"


@pytest.mark.parametrize("credential", ODD)
def test_an_answer_of_a_passkey_that_is_none_does_not_sign_in(credential):
    client = Client(raise_request_exception=False)
    client.get("/account/mfa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})

    answer = client.post("/account/mfa/webauthn/login/", {"credential": credential})

    assert (answer.status_code, answer.headers.get("Location")) == (302, "/account/login/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("credential", ODD)
def test_an_answer_of_a_passkey_that_is_none_adds_none(desk, producer, credential):
    client = desk(producer)
    client.get("/account/mfa/webauthn/add/")

    answer = client.post("/account/mfa/webauthn/add/", {"name": "", "credential": credential})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not producer.authenticator_set.exists()
