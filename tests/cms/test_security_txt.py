"""Whom to tell about a weakness."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_operators_contact_is_where_machines_look_for_it(db, settings):
    settings.SECURITY_CONTACT = "mailto:security@studio.example"
    settings.PUBLIC_ADDRESS = "https://octavo.example"

    response = Client().get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    ends_at = datetime.strptime(fields.pop("Expires"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert timedelta(days=30) < ends_at - datetime.now(UTC) < timedelta(days=365)
    assert fields == {
        "Contact": "mailto:security@studio.example",
        "Preferred-Languages": "en",
        "Canonical": "https://octavo.example/.well-known/security.txt",
    }


def test_without_a_contact_there_is_no_such_file(db, settings):
    settings.SECURITY_CONTACT = ""

    assert Client().get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OCTAVO_SECURITY_CONTACT", "security@studio.example"),
        ("OCTAVO_SECURITY_CONTACT", "mailto:security@studio.example Canonical: https://else.example"),
        ("OCTAVO_DROPBOX_FOLDERS", "srv/partners"),
        ("OCTAVO_DROPBOX_FOLDERS", "/srv/partners/../.."),
    ],
)
def test_a_value_that_cannot_be_meant_stops_the_start(name, value):
    ended = subprocess.run(
        [sys.executable, "-c", "import cms.settings"],
        cwd=ROOT,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
    )

    assert re.search(rf"WrongSetting: The environment variable {name} is .*; it accepts", ended.stderr)
