"""The arithmetic of rights: frozen numbers for territories and languages, and what grants allow at an instant.

Territories and languages stand in stored multiranges as numbers, so a number is never changed and never given again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

# ISO 3166-1 alpha-2, the 249 officially assigned codes, as the IANA time zone database lists them in iso3166.tab
# (public domain; after ISO/TC 46 N1108). Which codes may be granted; their numbers do not depend on this list.
_ASSIGNED = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
    GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
    RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""

# BCP 47; the number of a language is its place here. Frozen: append only, never reorder.
_NUMBERED = """
    en zh-Hans es pt-BR fr ja id ar
    ko de th zh-Hant vi tr it ru hi ms tl fil pl pt es-419 es-MX nl sv da nb fi uk ro cs hu el he bn ta te ur fa ml mr
    kn gu pa si my km lo mn kk uz az ka hy bg sr hr sk sl lt lv et ca eu gl is ga cy sw am ha yo zu af yue fr-CA en-GB
    zh
"""

TERRITORIES = frozenset(_ASSIGNED.split())
LANGUAGES = tuple(_NUMBERED.split())

_NUMBER_OF_LANGUAGE = {tag: number for number, tag in enumerate(LANGUAGES)}


class UnknownTerritory(Exception):
    """A code that no territory has; the text is one plain sentence."""


class UnknownLanguage(Exception):
    """A tag that the table of languages does not have; the text is one plain sentence."""


def territory_number(code: str) -> int:
    """The frozen number of a territory: its two letters read in base 26. Raises UnknownTerritory.

    >>> territory_number("AD"), territory_number("US")
    (3, 538)
    >>> territory_number("UK")
    Traceback (most recent call last):
    ...
    titles.distribution.rights.UnknownTerritory: “UK” is no territory; write ISO 3166-1 codes such as US or BR.
    """
    if code not in TERRITORIES:
        raise UnknownTerritory(f"“{code}” is no territory; write ISO 3166-1 codes such as US or BR.")
    first, second = (ord(letter) - ord("A") for letter in code)
    return 26 * first + second


def territory_numbered(number: int) -> str:
    """The code that has ``number``.

    >>> territory_numbered(538)
    'US'
    """
    first, second = divmod(number, 26)
    return chr(ord("A") + first) + chr(ord("A") + second)


def language_number(tag: str) -> int:
    """The frozen number of a language (BCP 47). Raises UnknownLanguage.

    >>> language_number("en"), language_number("zh-Hant")
    (0, 11)
    """
    try:
        return _NUMBER_OF_LANGUAGE[tag]
    except KeyError:
        raise UnknownLanguage(f"“{tag}” is no language that can be granted; write tags such as en or es-419.") from None


@dataclass(frozen=True)
class Right:
    """What one grant says of one title. ``from_at`` and ``until_at`` are None where the term is open on that side."""

    territories: frozenset[str]
    audio_languages: frozenset[str]
    subtitle_languages: frozenset[str]
    modes: frozenset[str]
    from_at: datetime | None = None
    until_at: datetime | None = None
    exclusive: bool = False

    def is_live(self, at: datetime) -> bool:
        """Whether ``at`` is in the term, which holds its start and not its end."""
        return (self.from_at is None or self.from_at <= at) and (self.until_at is None or at < self.until_at)

    def covers(self, other: "Right") -> bool:
        """Whether everything that ``other`` allows while it lasts, this one allows too."""
        return (
            self.territories >= other.territories
            and self.audio_languages >= other.audio_languages
            and self.subtitle_languages >= other.subtitle_languages
            and self.modes >= other.modes
        )


@dataclass(frozen=True)
class Allowed:
    """What a partner may have of a title at an instant: the live rights, and the unions of what they say.

    ``until_at`` is the first later instant at which some of it is no longer allowed; None: never. A right that ends
    when another one takes over with at least as much loses nothing.
    """

    rights: tuple[Right, ...]
    territories: frozenset[str]
    audio_languages: frozenset[str]
    subtitle_languages: frozenset[str]
    modes: frozenset[str]
    until_at: datetime | None

    def __bool__(self) -> bool:
        return bool(self.rights)


def allowed(rights: Iterable[Right], *, at: datetime) -> Allowed:
    """What ``rights`` of one partner on one title allow at the instant ``at``; false where nothing is.

    >>> from datetime import datetime as instant
    >>> en, coin = frozenset({"en"}), frozenset({"coin"})
    >>> in_us = Right(frozenset({"US"}), en, frozenset(), coin, until_at=instant(2027, 1, 1))
    >>> in_mexico = Right(frozenset({"MX"}), en, frozenset({"es"}), coin)
    >>> now = allowed([in_us, in_mexico], at=instant(2026, 11, 22))
    >>> sorted(now.territories), sorted(now.subtitle_languages), now.until_at
    (['MX', 'US'], ['es'], datetime.datetime(2027, 1, 1, 0, 0))
    """
    rights = tuple(rights)
    live = tuple(right for right in rights if right.is_live(at))
    return Allowed(
        rights=live,
        territories=_union(right.territories for right in live),
        audio_languages=_union(right.audio_languages for right in live),
        subtitle_languages=_union(right.subtitle_languages for right in live),
        modes=_union(right.modes for right in live),
        until_at=_first_loss(live, rights, at),
    )


def live_until(rights: Collection[Right], *, at: datetime) -> datetime | None:
    """The first instant after ``at`` at which none of ``rights`` is live; None: never."""
    ends = (end for end in _ends(rights, at) if not any(right.is_live(end) for right in rights))
    return next(ends, None)


def _first_loss(live: Collection[Right], rights: Collection[Right], at: datetime) -> datetime | None:
    for end in _ends(rights, at):
        then = [right for right in rights if right.is_live(end)]
        if not all(any(other.covers(right) for other in then) for right in live):
            return end
    return None


def _ends(rights: Iterable[Right], at: datetime) -> list[datetime]:
    return sorted({right.until_at for right in rights if right.until_at is not None and right.until_at > at})


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
