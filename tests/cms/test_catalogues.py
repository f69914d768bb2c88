"""The desk's own words in other languages: what is compiled is what was written, with every placeholder in place."""

import gettext
import re
from pathlib import Path

import pytest

SHELF = Path(__file__).resolve().parents[2] / "cms" / "locale"
LANGUAGES = sorted(folder.name for folder in SHELF.iterdir())
_ENTRY = re.compile(r'^msgid "(?P<source>.+)"\nmsgstr "(?P<text>.+)"$', re.MULTILINE)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def written(language: str) -> dict[str, str]:
    """``{source: translation}`` of the plain entries of a catalogue, without those that are still empty."""
    text = (SHELF / language / "LC_MESSAGES" / "django.po").read_text()
    entries = (entry for entry in text.split("\n\n") if "msgctxt" not in entry and "msgid_plural" not in entry)
    found = [match for entry in entries for match in _ENTRY.finditer(entry)]
    return {match["source"].replace('\\"', '"'): match["text"].replace('\\"', '"') for match in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_what_is_written(language):
    catalogue = gettext.translation("django", SHELF, [language])
    texts = written(language)

    assert len(texts) > 400
    assert {source: catalogue.gettext(source) for source in texts} == texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_loses_or_invents_a_placeholder(language):
    texts = written(language).items()

    assert [
        source for source, text in texts if sorted(_PLACEHOLDER.findall(source)) != sorted(_PLACEHOLDER.findall(text))
    ] == []
