"""Language tags of tracks: the shape that BCP 47 gives them, and the one way in which we write each."""

import re

_SHAPE = re.compile(
    r"""
    (?P<language>[a-z]{2,3})
    (?P<extended>(-[a-z]{3}){0,3})
    (-(?P<script>[a-z]{4}))?
    (-(?P<region>[a-z]{2}|[0-9]{3}))?
    (?P<rest>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))* (-[0-9a-wy-z](-[a-z0-9]{2,8})+)* (-x(-[a-z0-9]{1,8})+)?)
    """,
    re.VERBOSE | re.ASCII,
)
_LONGEST = 35


class NotALanguage(Exception):
    """A text that is no language tag; the sentence says how one looks."""


def normalized(tag: str) -> str:
    """Return the language tag as we write it (RFC 5646, section 2.1.1); an underscore is taken for a hyphen.

    Raises NotALanguage.

    >>> normalized("PT_br"), normalized("zh-hans-cn"), normalized("es-419"), normalized("sl-Rozaj")
    ('pt-BR', 'zh-Hans-CN', 'es-419', 'sl-rozaj')
    """
    parts = _SHAPE.fullmatch(tag.strip().replace("_", "-").lower())
    if parts is None or len(parts[0]) > _LONGEST:
        raise NotALanguage(f"“{tag[:_LONGEST]}” is not a language tag such as “es”, “pt-BR” or “zh-Hans”.")
    script, region = parts["script"], parts["region"]
    return "".join(
        [
            parts["language"],
            parts["extended"],
            f"-{script.title()}" if script else "",
            f"-{region.upper()}" if region else "",
            parts["rest"],
        ]
    )
