"""Names that stand on one line: in headings, in the subjects of mails, in tables."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: Control characters, and what separates lines and paragraphs.
_BREAKS_A_LINE = frozenset({"Cc", "Zl", "Zp"})


def one_line(text: str) -> str:
    """``text`` with every run of white space as one space: a subject with a line break is no subject."""
    return " ".join(text.split())


def stands_on_one_line(name: str) -> None:
    """Raises ValidationError for a name with a line break or another control character."""
    if any(unicodedata.category(letter) in _BREAKS_A_LINE for letter in name):
        raise ValidationError(_("A name stands on one line, without control characters."))
