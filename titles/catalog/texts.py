"""All languages of a translated field at once, written out: never a silent fallback."""

from django.db import models
from modeltranslation.utils import build_localized_fieldname

from titles.catalog.languages import METADATA_LANGUAGES, bcp47


def in_every_language(row: models.Model, field: str) -> dict[str, str]:
    """``{BCP 47 tag: text}`` of the languages in which ``row.field`` has a text, whatever language is active."""
    texts = {}
    for code, _name in METADATA_LANGUAGES:
        text = getattr(row, build_localized_fieldname(field, code))
        if text:
            texts[bcp47(code)] = text
    return texts


def columns(field: str, texts: dict[str, str]) -> dict[str, str]:
    """Turn ``{Django language code: text}`` into the columns of ``field``, for a create or an update."""
    return {build_localized_fieldname(field, code): text for code, text in texts.items()}
