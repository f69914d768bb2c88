"""Findings in the language of whoever reads the page: sentence, measured value, limit, place and picture.

What finds them is pure and knows codes alone (titles.media.sentences has the English of them).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from studios.showing import address_of, badge
from titles.media import duplicates, playback, sentences
from titles.media.judging import Severity
from titles.media.models import Finding, Master, Waiver

_LOOKS = {Severity.NOTE: "none", Severity.WAIVER: "needs waiver", Severity.REJECT: "rejected"}


@dataclass(frozen=True)
class FindingShown:
    """A finding as a page shows it; empty is what it does not have."""

    severity: SafeString
    sentence: str
    measured: str
    limit: str
    place: str
    start_ms: int | None
    end_ms: int | None
    still: str
    """Where its picture can be fetched for a while."""
    other: str
    """The page of the master that it is a duplicate of."""
    waiver: Waiver | None


def findings_of(master: Master) -> list[FindingShown]:
    """What was found in ``master``, the gravest first, each with the waiver that it has."""
    waivers = {waiver.rule: waiver for waiver in master.waivers.all()}
    return [_shown(finding, master, waivers) for finding in sorted(master.findings.all(), key=lambda each: each.pk)]


def _shown(finding: Finding, master: Any, waivers: Mapping[str, Waiver]) -> FindingShown:
    is_waived = finding.severity == Severity.WAIVER and finding.rule in waivers
    is_somewhere = finding.start_ms is not None and finding.end_ms is not None
    return FindingShown(
        severity=badge("accepted", _("waived")) if is_waived else _severity(finding),
        sentence=told(finding),
        measured=_figure(finding.rule, finding.measured),
        limit=_figure(finding.rule, finding.limit),
        place=_span(finding.start_ms, finding.end_ms) if is_somewhere else "",
        start_ms=finding.start_ms,
        end_ms=finding.end_ms,
        still=playback.file_address(master.studio_id, str(finding.still)) if finding.still else "",
        other=address_of("media.master", finding.values["master"]) if finding.rule == duplicates.RULE else "",
        waiver=waivers.get(finding.rule) if is_waived else None,
    )


def told(finding: Any) -> str:
    """The sentence of a finding, a stored one or not, in the language of today's reader."""
    return sentences.sentence(finding.code, finding.values, _) if finding.code else finding.sentence


def _severity(finding: Finding) -> SafeString:
    severity = Severity(finding.severity)
    words = {
        Severity.NOTE: _("to know"),
        Severity.WAIVER: _("outside a limit"),
        Severity.REJECT: _("of no use"),
    }
    return badge(_LOOKS[severity], words[severity])


def _span(start_ms: Any, end_ms: Any) -> str:
    return f"{sentences.clock(start_ms)}–{sentences.clock(end_ms)}"


# Figures, by the unit that a rule measures in.


def _seconds(value: float) -> str:
    return _("%(seconds)s s") % {"seconds": f"{value / 1000:.1f}"}


def _loudness(value: float) -> str:
    return f"{value:g} LUFS"


def _peak(value: float) -> str:
    return f"{value:g} dBTP"


def _percent(value: float) -> str:
    return f"{value:.0%}"


def _rate(value: float) -> str:
    return f"{value:.5g}"


def _degrees(value: float) -> str:
    return f"{value}°"


_UNITS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(
        ("duration", "length", "complete", "black_start", "black_end", "black_inside", "still", "silence"), _seconds
    ),
    "loudness": _loudness,
    "true_peak": _peak,
    "letterbox": _percent,
    "rotation": _degrees,
    **dict.fromkeys(("aspect", "frame_rate", "constant_frame_rate"), _rate),
}
_WITHOUT_FIGURES = frozenset({"sound", duplicates.RULE})
_JOINED_BY = {"size": "x", "frame_rate": ", "}


def _figure(rule: str, value: Any) -> str:
    """A value in the unit of its rule; two are the ends of what is allowed."""
    if value is None or rule in _WITHOUT_FIGURES:
        return ""
    in_unit = _UNITS.get(rule, str)
    if isinstance(value, list):
        return _JOINED_BY.get(rule, " – ").join(in_unit(part) for part in value)
    return in_unit(value)


def in_words(rules: Iterable[str]) -> str:
    """Rules as people call them, for a list of what is no longer found."""
    return ", ".join(_RULES[rule]() if rule in _RULES else rule for rule in rules)


_RULES: dict[str, Callable[[], str]] = {
    "readable": lambda: _("readable"),
    "effort": lambda: _("effort of reading"),
    "picture": lambda: _("picture"),
    "complete": lambda: _("completeness"),
    "decoding": lambda: _("damage"),
    "frames": lambda: _("number of pictures"),
    "duration": lambda: _("length"),
    "aspect": lambda: _("shape"),
    "length": lambda: _("length of the sound"),
    "channels": lambda: _("channels"),
    "size": lambda: _("size of the picture"),
    "letterbox": lambda: _("black bars"),
    "frame_rate": lambda: _("frame rate"),
    "constant_frame_rate": lambda: _("constant frame rate"),
    "interlaced": lambda: _("interlacing"),
    "hdr": lambda: _("dynamic range"),
    "bit_depth": lambda: _("bits per color"),
    "rotation": lambda: _("rotation"),
    "sound": lambda: _("sound"),
    "loudness": lambda: _("loudness"),
    "true_peak": lambda: _("true peak"),
    "black_start": lambda: _("black at the beginning"),
    "black_end": lambda: _("black at the end"),
    "black_inside": lambda: _("black in between"),
    "still": lambda: _("standing still"),
    "silence": lambda: _("silence"),
    duplicates.RULE: lambda: _("duplicate"),
}
