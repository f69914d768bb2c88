"""Holds what was measured in a film against limits. Arithmetic only: stored figures can be judged again.

Each rule is one small generator; the order of ``_RULES`` is the order in which a person should care.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from titles.media.limits import MediaLimits
from titles.media.measuring import Measured, Span
from titles.media.probing import Probe, Video
from titles.media.sentences import sentence

_UPRIGHT = Fraction(9, 16)
_SAME_RATE = 0.01  # pictures per second: 29.97 and 30 are 0.03 apart
_MISSING_MS = 500  # a cut without re-encoding may lack a few frames; an upload that broke off lacks more
_SILENT_LUFS = -70.0  # below this EBU R128 measures nothing
_ALL = 0.99
_BITS = 8


class Severity(enum.StrEnum):
    """How much a finding matters; the gravest of a film decides about it."""

    NOTE = "note"
    WAIVER = "needs waiver"
    """Outside a limit: a second person may make an exception."""
    REJECT = "rejected"
    """No use to anyone."""


@dataclass(frozen=True)
class Finding:
    """What one rule found; ``measured`` and ``limit`` are plain JSON in the units of the limits' names.

    ``code`` and ``values`` say it in any language (titles.media.sentences); ``start_ms`` and ``end_ms`` say where in
    the film it begins and ends, where it is somewhere.
    """

    rule: str
    measured: Any
    limit: Any
    severity: Severity
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    start_ms: int | None = None
    end_ms: int | None = None

    @property
    def sentence(self) -> str:
        return sentence(self.code, self.values)

    def to_json(self) -> dict[str, Any]:
        """Return what ``manage.py inspect --json`` prints: the agreed five, and what they were made of."""
        agreed = {name: getattr(self, name) for name in ("rule", "measured", "limit", "severity", "sentence")}
        made_of = {name: getattr(self, name) for name in ("code", "values", "start_ms", "end_ms")}
        return {**agreed, **made_of}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Finding":
        """Read a finding; one that was stored before there were codes is told as it was told then."""
        said = {"code": "as_told", "values": {"sentence": stored["sentence"]}, **stored}
        del said["sentence"]
        return cls(**{**said, "severity": Severity(stored["severity"])})


@dataclass(frozen=True)
class _Film:
    probe: Probe
    video: Video
    measured: Measured
    limits: MediaLimits


def rejected(rule: str, code: str, values: Mapping[str, Any] | None = None) -> Finding:
    return Finding(rule, None, None, Severity.REJECT, code, values or {})


WITHOUT_PICTURE = rejected("picture", "no_picture")


def _outside(rule: str, measured: Any, limit: Any, code: str, **values: Any) -> Finding:
    return Finding(rule, measured, limit, Severity.WAIVER, code, values)


def judge(probe: Probe, measured: Measured, limits: MediaLimits) -> tuple[Finding, ...]:
    """Return what is wrong with a film whose picture was measured, the gravest first."""
    if probe.video is None:
        return (WITHOUT_PICTURE,)
    film = _Film(probe, probe.video, measured, limits)
    return gravest_first(finding for rule in _RULES for finding in rule(film))


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    order = [Severity.REJECT, Severity.WAIVER, Severity.NOTE]
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def _integrity(film: _Film) -> Iterator[Finding]:
    """Cut off, damaged, or only at odds with itself: one cause gives one finding."""
    frames, expected = film.measured.frames, film.video.expected_frames
    duration_ms, rate = film.video.duration_ms, film.video.frame_rate
    seen_ms = round(1000 * frames / rate) if rate else 0
    missing_ms = duration_ms - seen_ms if rate else 0
    if film.measured.broke_off or (missing_ms > _MISSING_MS and not film.measured.errors):
        values = {"says_ms": duration_ms, "seen_ms": seen_ms}
        end_ms = max(seen_ms, duration_ms)
        yield Finding("complete", seen_ms, duration_ms, Severity.REJECT, "cut_off", values, seen_ms, end_ms)
    elif film.measured.errors or film.measured.exit_code or not frames:
        errors = film.measured.errors
        yield Finding("decoding", errors, 0, Severity.REJECT, "damaged", {"errors": errors})
    elif rate and abs(frames - expected) > 1:
        yield _outside("frames", frames, expected, "frames", expected=expected, frames=frames)


def _duration(film: _Film) -> Iterator[Finding]:
    limits, duration_ms = film.limits, film.video.duration_ms
    shortest_ms, longest_ms, spare_ms = limits.shortest_ms, limits.longest_ms, limits.duration_tolerance_ms
    if not shortest_ms - spare_ms <= duration_ms <= longest_ms + spare_ms:
        values = {"length_ms": duration_ms, "shortest_ms": shortest_ms, "longest_ms": longest_ms}
        yield _outside("duration", duration_ms, [shortest_ms, longest_ms], "duration", **values)


def _aspect(film: _Film) -> Iterator[Finding]:
    aspect = film.video.display_aspect
    if abs(aspect / _UPRIGHT - 1) > film.limits.aspect_tolerance:
        yield _outside("aspect", round(float(aspect), 4), float(_UPRIGHT), "aspect", shown=_shown(film.video))


def _size_in_pixels(film: _Film) -> Iterator[Finding]:
    video, limits = film.video, film.limits
    least = [limits.least_width_px, limits.least_height_px]
    if video.width_px < least[0] or video.height_px < least[1]:
        size = [video.width_px, video.height_px]
        yield _outside("size", size, least, "size", size=_by(*size), least=_by(*least))


def _letterbox(film: _Film) -> Iterator[Finding]:
    video, area = film.video, film.measured.area
    if area is None:
        return
    bars = {
        "left": area.left_px / video.width_px,
        "right": 1 - (area.left_px + area.width_px) / video.width_px,
        "top": area.top_px / video.height_px,
        "bottom": 1 - (area.top_px + area.height_px) / video.height_px,
    }
    wide = {side: round(share, 4) for side, share in bars.items() if share > film.limits.letterbox_share}
    if wide:
        widest = max(wide.values())
        yield _outside(
            "letterbox", widest, film.limits.letterbox_share, "letterbox", bars=list(map(list, wide.items()))
        )


def _frame_rate(film: _Film) -> Iterator[Finding]:
    """Uneven frames have no rate that could be compared with anything."""
    average, nominal = float(film.video.frame_rate), float(film.video.nominal_frame_rate)
    if not film.video.has_constant_frame_rate:
        if film.limits.constant_frame_rate:
            average, nominal = round(average, 3), round(nominal, 3)
            yield _outside(
                "constant_frame_rate", average, nominal, "frame_rate_varies", average=average, nominal=nominal
            )
    elif not any(abs(nominal - rate) < _SAME_RATE for rate in film.limits.frame_rates):
        rate, usual = round(nominal, 3), list(film.limits.frame_rates)
        yield _outside("frame_rate", rate, usual, "frame_rate", rate=rate, usual=usual)


def _scan(film: _Film) -> Iterator[Finding]:
    if film.limits.progressive and film.video.is_interlaced:
        yield _outside("interlaced", film.video.field_order, "progressive", "interlaced")


def _range(film: _Film) -> Iterator[Finding]:
    if film.limits.standard_range and film.video.is_hdr:
        yield _outside("hdr", film.video.color_transfer, "SDR", "hdr")


def _depth(film: _Film) -> Iterator[Finding]:
    """Ten bits are no fault, and in HDR no news."""
    bits = film.video.bits_per_color
    if bits > _BITS and not film.video.is_hdr:
        yield Finding("bit_depth", bits, _BITS, Severity.NOTE, "deep_color", {"bits": bits})


def _rotation(film: _Film) -> Iterator[Finding]:
    if degrees := film.video.rotation_degrees:
        yield Finding("rotation", degrees, 0, Severity.NOTE, "rotation", {"degrees": degrees})


def _sound(film: _Film) -> Iterator[Finding]:
    if film.limits.sound and not film.probe.audio:
        yield _outside("sound", 0, 1, "no_sound")


def _loudness(film: _Film) -> Iterator[Finding]:
    loudness, limits = film.measured.loudness, film.limits
    if loudness is None or loudness.integrated_lufs <= _SILENT_LUFS:
        return
    lufs, quietest, loudest = loudness.integrated_lufs, limits.quietest_lufs, limits.loudest_lufs
    if not quietest <= lufs <= loudest:
        code = "too_quiet" if lufs < quietest else "too_loud"
        yield _outside("loudness", lufs, [quietest, loudest], code, lufs=lufs, quietest=quietest, loudest=loudest)
    peak, highest = loudness.true_peak_db, limits.true_peak_db
    if peak is not None and peak > highest:
        yield Finding("true_peak", peak, highest, Severity.NOTE, "true_peak", {"peak": peak})


def _black(film: _Film) -> Iterator[Finding]:
    limits, duration_ms = film.limits, film.video.duration_ms
    if sum(span.length_ms for span in film.measured.black) >= _ALL * duration_ms:
        yield rejected("picture", "all_black")
        return
    at_start = [span for span in film.measured.black if span.start_ms == 0]
    at_end = [span for span in film.measured.black if span.end_ms >= duration_ms and span.start_ms > 0]
    inside = [span for span in film.measured.black if span not in at_start and span not in at_end]
    yield from _too_long("black_start", at_start, limits.black_edge_ms, "black_edge")
    yield from _too_long("black_end", at_end, limits.black_edge_ms, "black_edge")
    yield from _too_long("black_inside", inside, limits.black_inside_ms, "black_inside")


def _still(film: _Film) -> Iterator[Finding]:
    moments = [part for span in film.measured.still for part in _without(span, film.measured.black)]
    yield from _too_long("still", moments, film.limits.still_ms, "still")


def _silence(film: _Film) -> Iterator[Finding]:
    yield from _too_long("silence", film.measured.silent, film.limits.silence_ms, "silence")


_RULES = (
    _integrity,
    _duration,
    _aspect,
    _size_in_pixels,
    _letterbox,
    _frame_rate,
    _scan,
    _range,
    _sound,
    _loudness,
    _black,
    _still,
    _silence,
    _rotation,
    _depth,
)


def _too_long(rule: str, spans: Sequence[Span], most_ms: int, code: str) -> Iterator[Finding]:
    """Yield one finding for all spans beyond the limit; it stands where the longest of them is."""
    long = [span for span in spans if span.length_ms > most_ms]
    if long:
        longest = max(long, key=lambda span: span.length_ms)
        values = {"places": [[span.start_ms, span.end_ms] for span in long], "most_ms": most_ms}
        yield Finding(rule, longest.length_ms, most_ms, Severity.WAIVER, code, values, longest.start_ms, longest.end_ms)


def _without(span: Span, holes: Sequence[Span]) -> list[Span]:
    """Return what is left of ``span`` outside ``holes``, which are in order and do not overlap.

    >>> _without(Span(0, 10), [Span(2, 4), Span(8, 20)])
    [Span(start_ms=0, end_ms=2), Span(start_ms=4, end_ms=8)]
    """
    left, start_ms = [], span.start_ms
    for hole in holes:
        if start_ms < hole.end_ms and hole.start_ms < span.end_ms:
            left.append(Span(start_ms, max(start_ms, hole.start_ms)))
            start_ms = hole.end_ms
    left.append(Span(start_ms, max(start_ms, span.end_ms)))
    return [part for part in left if part.length_ms]


def _by(width_px: int, height_px: int) -> str:
    return f"{width_px}x{height_px}"


def _shown(video: Video) -> str:
    return _by(round(video.width_px * video.sample_aspect), video.height_px)
