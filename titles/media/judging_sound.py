"""What is wrong with the sound files of a mix, in sentences. Figures and limits only; nothing is opened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from titles.media.hearing import Heard
from titles.media.judging import Finding, Severity
from titles.media.limits import MediaLimits

_SILENT_LUFS = -60.0


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
    findings = [finding for part in parts for rule in _RULES for finding in rule(part, picture_ms, limits)]
    gravest_first = [Severity.REJECT, Severity.WAIVER, Severity.NOTE]
    return tuple(sorted(findings, key=lambda finding: gravest_first.index(finding.severity)))


def _integrity(each: HeardPart, _picture_ms: int | None, _limits: MediaLimits) -> Iterator[Finding]:
    if each.heard.errors:
        sentence = f"The {_name(each)} is damaged: decoding it gave {each.heard.errors} errors. Export it again."
        yield Finding("decoding", each.heard.errors, 0, Severity.REJECT, sentence)
    loudness = each.heard.loudness
    if loudness is None or loudness.integrated_lufs <= _SILENT_LUFS:
        sentence = f"The {_name(each)} is silent from beginning to end. Check that no track is muted."
        yield Finding("sound", None, None, Severity.REJECT, sentence)


def _length(each: HeardPart, picture_ms: int | None, limits: MediaLimits) -> Iterator[Finding]:
    if picture_ms is None or abs(each.heard.duration_ms - picture_ms) <= limits.sound_off_ms:
        return
    what = "longer" if each.heard.duration_ms > picture_ms else "shorter"
    off_s = abs(each.heard.duration_ms - picture_ms) / 1000
    yield Finding(
        "length",
        each.heard.duration_ms,
        picture_ms,
        Severity.WAIVER,
        f"The {_name(each)} is {off_s:.1f} s {what} than the picture. Check that it was mixed to this cut.",
    )


def _loudness(each: HeardPart, _picture_ms: int | None, limits: MediaLimits) -> Iterator[Finding]:
    loudness = each.heard.loudness
    if loudness is None or loudness.integrated_lufs <= _SILENT_LUFS or each.part != Part.WHOLE:
        return
    lufs = loudness.integrated_lufs
    if not limits.quietest_lufs <= lufs <= limits.loudest_lufs:
        what = "quiet" if lufs < limits.quietest_lufs else "loud"
        yield Finding(
            "loudness",
            lufs,
            [limits.quietest_lufs, limits.loudest_lufs],
            Severity.WAIVER,
            f"The sound is too {what}: {lufs:g} LUFS; {limits.quietest_lufs:g} to {limits.loudest_lufs:g} are"
            " expected. Check the mix and export it again.",
        )


def _peak(each: HeardPart, _picture_ms: int | None, limits: MediaLimits) -> Iterator[Finding]:
    peak_db = each.heard.loudness.true_peak_db if each.heard.loudness else None
    if peak_db is not None and peak_db > limits.true_peak_db:
        sentence = f"The {_name(each)} peaks at {peak_db:g} dBTP and may be distorted. Listen to its loudest part."
        yield Finding("true_peak", peak_db, limits.true_peak_db, Severity.NOTE, sentence)


def _silence(each: HeardPart, _picture_ms: int | None, limits: MediaLimits) -> Iterator[Finding]:
    longest_ms = max((span.length_ms for span in each.heard.silent), default=0)
    if each.part == Part.WHOLE and longest_ms > limits.silence_ms:
        yield Finding(
            "silence",
            longest_ms,
            limits.silence_ms,
            Severity.WAIVER,
            f"The sound is silent for {longest_ms / 1000:.1f} s; at most {limits.silence_ms / 1000:.1f} s is expected."
            " Check that no track is muted.",
        )


def _channels(each: HeardPart, _picture_ms: int | None, _limits: MediaLimits) -> Iterator[Finding]:
    if each.heard.channels == 1:
        sentence = f"The {_name(each)} is mono; it is played on both sides."
        yield Finding("channels", 1, 2, Severity.NOTE, sentence)
    elif each.heard.channels > 2:
        sentence = f"The {_name(each)} has {each.heard.channels} channels; they are mixed down to stereo."
        yield Finding("channels", each.heard.channels, 2, Severity.NOTE, sentence)


_RULES = (_integrity, _length, _loudness, _peak, _silence, _channels)


def _name(each: HeardPart) -> str:
    return {
        Part.WHOLE: "sound",
        Part.DIALOGUE: "dialogue stem",
        Part.MUSIC_AND_EFFECTS: "music and effects stem",
    }[each.part]
