"""What is wrong with the sound files of a mix, in sentences. Figures and limits only; nothing is opened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from titles.media.hearing import Heard
from titles.media.judging import Finding, Severity, gravest_first
from titles.media.limits import MediaLimits

_SILENT_LUFS = -60.0
_STEREO = 2


class Part(StrEnum):
    """What a file of a mix is: all of it, or one of its stems."""

    WHOLE = "whole"
    DIALOGUE = "dialogue"
    MUSIC_AND_EFFECTS = "music and effects"


@dataclass(frozen=True)
class HeardPart:
    part: Part
    heard: Heard


def judge_mix(parts: Sequence[HeardPart], *, picture_ms: int | None, limits: MediaLimits) -> tuple[Finding, ...]:
    """Return what is wrong with the files of one mix, the gravest first.

    Silence and loudness of a stem tell nothing: somebody is silent while others speak. ``picture_ms`` is the length of
    the picture, where there is one yet.
    """
    sounds = [_Sound(each.part, each.heard, picture_ms, limits) for each in parts]
    return gravest_first(finding for sound in sounds for rule in _RULES for finding in rule(sound))


@dataclass(frozen=True)
class _Sound:
    part: Part
    heard: Heard
    picture_ms: int | None
    limits: MediaLimits

    @property
    def is_silent(self) -> bool:
        loudness = self.heard.loudness
        return loudness is None or loudness.integrated_lufs <= _SILENT_LUFS

    def found(
        self, rule: str, measured: Any, limit: Any, severity: Severity, code: str, values: Mapping[str, Any]
    ) -> Finding:
        return Finding(rule, measured, limit, severity, code, {"part": str(self.part), **values})


def _integrity(sound: _Sound) -> Iterator[Finding]:
    if errors := sound.heard.errors:
        yield sound.found("decoding", errors, 0, Severity.REJECT, "part_damaged", {"errors": errors})
    if sound.is_silent:
        yield sound.found("sound", None, None, Severity.REJECT, "part_silent", {})


def _length(sound: _Sound) -> Iterator[Finding]:
    if sound.picture_ms is None:
        return
    off_ms = sound.heard.duration_ms - sound.picture_ms
    if abs(off_ms) > sound.limits.sound_off_ms:
        code = "part_longer" if off_ms > 0 else "part_shorter"
        lengths_ms = sound.heard.duration_ms, sound.picture_ms
        yield sound.found("length", *lengths_ms, Severity.WAIVER, code, {"off_ms": abs(off_ms)})


def _loudness(sound: _Sound) -> Iterator[Finding]:
    loudness, limits = sound.heard.loudness, sound.limits
    if loudness is None or sound.is_silent or sound.part != Part.WHOLE:
        return
    lufs, quietest, loudest = loudness.integrated_lufs, limits.quietest_lufs, limits.loudest_lufs
    if not quietest <= lufs <= loudest:
        code = "too_quiet" if lufs < quietest else "too_loud"
        values = {"lufs": lufs, "quietest": quietest, "loudest": loudest}
        yield Finding("loudness", lufs, [quietest, loudest], Severity.WAIVER, code, values)


def _peak(sound: _Sound) -> Iterator[Finding]:
    peak = sound.heard.loudness.true_peak_db if sound.heard.loudness else None
    if peak is not None and peak > sound.limits.true_peak_db:
        yield sound.found("true_peak", peak, sound.limits.true_peak_db, Severity.NOTE, "part_peaks", {"peak": peak})


def _silence(sound: _Sound) -> Iterator[Finding]:
    most_ms = sound.limits.silence_ms
    long = [span for span in sound.heard.silent if span.length_ms > most_ms]
    if long and sound.part == Part.WHOLE:
        longest_ms = max(span.length_ms for span in long)
        values = {"places": [[span.start_ms, span.end_ms] for span in long], "most_ms": most_ms}
        first = long[0]
        yield Finding("silence", longest_ms, most_ms, Severity.WAIVER, "silence", values, first.start_ms, first.end_ms)


def _channels(sound: _Sound) -> Iterator[Finding]:
    if (channels := sound.heard.channels) != _STEREO:
        code = "part_mono" if channels < _STEREO else "part_surround"
        yield sound.found("channels", channels, _STEREO, Severity.NOTE, code, {"channels": channels})


_RULES = (_integrity, _length, _loudness, _peak, _silence, _channels)
