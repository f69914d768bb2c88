"""What stands in the addresses of Octavo: rows of a studio, or words of a fixed list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.admin import site

from studios.keys import new_id
from tests import every_address as resolver

_OF_A_ROW = re.compile(r"^admin/(?P<app>[a-z_]+)/(?P<model>[a-z_]+)/")

#: Arguments of addresses that are not simply the row of an admin page, and the model of the row that they name.
ROWS = {
    "episode_id": "catalog.Episode",
    "job_id": "jobs.Job",
    "key_id": "distribution.PartnerKey",
    "asset_id": "media.Edition",
    "content_type_id": "contenttypes.ContentType",
    "invitation_id": "studios.Invitation",
    "membership_id": "studios.Membership",
    "note_id": "media.PictureNote",
    "conforming_id": "localization.Conforming",
    "notice_id": "studios.Notice",
    "pk": "mfa.Authenticator",
    "studio_id": "studios.Studio",
    "series_id": "catalog.Series",
    "subject_id": "catalog.Series",
    "upload_id": "media.Upload",
}
#: The same for single addresses.
ROWS_OF = {
    ("feed/v1/episodes/<uuid:subject_id>", "subject_id"): "catalog.Episode",
    ("admin/r/<path:content_type_id>/<path:object_id>/", "object_id"): "catalog.Episode",
}
#: Arguments that are words, with all that they can be.
WORDS: dict[str, tuple[str, ...]] = {
    "app_label": ("catalog", "distribution", "studios"),
    "format": ("srt", "vtt", "no-such-format"),
    "what": ("master", "mezzanine", "no-such-file"),
    "where": ("cold", "back", "no-such-place"),
    "board_verb": ("retry", "cancel", "no-such-verb"),
    "note_verb": ("resolve", "reopen", "take-back", "no-such-verb"),
    "number": ("1",),
    "part": ("burned-in", "film", "notes", "posters", "release", "sound", "subtitles", "work"),
}
#: Arguments of addresses that are opened by a secret, and not by an id: probed by a test of their own.
SECRETS = {"token", "path", "secret", "key", "uidb36"}


@dataclass(frozen=True)
class Address:
    """One address with what its arguments stand for: rows by the label of their model, and words."""

    whole: resolver.Address
    rows: dict[str, str]
    words: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...]

    @property
    def is_secret(self) -> bool:
        return bool(SECRETS & set(self.whole.arguments))

    def paths(self, identities: dict[str, Any]) -> Iterator[str]:
        """Its paths for rows with these ids (label of a model → id), one for each word."""
        values = [{argument: identities.get(label) or new_id() for argument, label in self.rows.items()}]
        for argument, words in self.words.items():
            values = [each | {argument: word} for each in values for word in words]
        return (self.whole.path(each) for each in values)

    def __str__(self) -> str:
        return f"{self.whole.pattern}: {', '.join(self.unknown)}"


def every_address() -> list[Address]:
    return [_explained(address) for address in resolver.every_address()]


def _explained(address: resolver.Address) -> Address:
    rows, words, unknown = {}, {}, []
    for argument in address.arguments:
        label = ROWS_OF.get((address.pattern, argument)) or _row_of_page(address, argument) or ROWS.get(argument)
        if label:
            rows[argument] = label
        elif argument == "verb":
            words[argument] = _verbs_of(address)
        elif argument in WORDS:
            words[argument] = WORDS[argument]
        elif argument not in SECRETS:
            unknown.append(argument)
    return Address(address, rows, words, tuple(unknown))


def _row_of_page(address: resolver.Address, argument: str) -> str | None:
    model = _model_of(address)
    return model._meta.label if model is not None and argument == "object_id" else None


def _model_of(address: resolver.Address) -> Any:
    found = _OF_A_ROW.match(address.pattern)
    return apps.get_model(found["app"], found["model"]) if found and found["app"] in apps.app_configs else None


def _verbs_of(address: resolver.Address) -> tuple[str, ...]:
    """The verbs of a page's buttons, and one that no page has."""
    buttons = getattr(site._registry.get(_model_of(address)), "buttons", ())
    return (*(button.verb for button in buttons), "no-such-verb")
