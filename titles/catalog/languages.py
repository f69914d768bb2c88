"""Languages: the eight that texts are described in (schema), and names of the many that a track may have (data)."""

from django.utils.translation import gettext_lazy as _

# Frozen: each is a set of columns. Changing this list is a data migration, never an edit.
METADATA_LANGUAGES = (
    ("en", _("English")),
    ("zh-hans", _("Chinese, simplified")),
    ("es", _("Spanish")),
    ("pt-br", _("Portuguese, Brazil")),
    ("fr", _("French")),
    ("ja", _("Japanese")),
    ("id", _("Indonesian")),
    ("ar", _("Arabic")),
)


def bcp47(code: str) -> str:
    """The BCP 47 tag of a Django language code (RFC 5646, section 2.1.1: script in title case, region in capitals).

    >>> bcp47("zh-hans"), bcp47("pt-br"), bcp47("ar")
    ('zh-Hans', 'pt-BR', 'ar')
    """
    primary, *rest = code.split("-")
    return "-".join([primary.lower()] + [part.title() if len(part) == 4 else part.upper() for part in rest])


def language_name(tag: str) -> str:
    """The name of a language in itself, as a player lists it; the tag where it has no name here.

    >>> language_name("zh-Hans"), language_name("sv")
    ('简体中文', 'sv')
    """
    return OWN_NAMES.get(tag, tag)


# How each language calls itself (Unicode CLDR, languages in their own locale), for players and partners.
OWN_NAMES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "es-419": "Español (Latinoamérica)",
    "fr": "Français",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "ms": "Bahasa Melayu",
    "pl": "Polski",
    "pt": "Português",
    "pt-BR": "Português (Brasil)",
    "ru": "Русский",
    "th": "ไทย",
    "tl": "Filipino",
    "tr": "Türkçe",
    "vi": "Tiếng Việt",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}
