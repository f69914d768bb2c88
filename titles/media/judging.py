"""Holds what was measured in a film against limits. Arithmetic only: stored figures can be judged again.

Each rule is one small generator; the order of ``_RULES`` is the order in which a person should care.
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from titles.media.limits import MediaLimits
from titles.media.measuring import Measured, Span
from titles.media.probing import Probe, Video

_UPRIGHT = Fraction(9, 16)
_SAME_RATE = 0.01  # pictures per second: 29.97 and 30 are 0.03 apart
_MISSING_MS = 500  # a cut without re-encoding may lack a few frames; an upload that broke off lacks more
_SILENT_LUFS = -70.0  # below this EBU R128 measures nothing
_ALL = 0.99


class Severity(enum.StrEnum):
    """How much a finding matters; the gravest of a film decides about it."""

    NOTE = "note"
    WAIVER = "needs waiver"
    """Outside a limit: a second person may make an exception."""
    REJECT = "rejected"
    """No use to anyone."""


@dataclass(frozen=True)
class Finding:
    """What one rule found; ``measured`` and ``limit`` are plain JSON in the units of the limits' names."""

    rule: str
    measured: Any
    limit: Any
    severity: Severity
    sentence: str


@dataclass(frozen=True)
class _Film:
    probe: Probe
    video: Video
    measured: Measured
    limits: MediaLimits


def rejected(rule: str, sentence: str, *, measured: Any = None, limit: Any = None) -> Finding:
    return Finding(rule, measured, limit, Severity.REJECT, sentence)


WITHOUT_PICTURE = rejected("picture", "The file has no picture. Export the episode with its picture.")


def _outside(rule: str, measured: Any, limit: Any, sentence: str) -> Finding:
    return Finding(rule, measured, limit, Severity.WAIVER, sentence)


def judge(probe: Probe, measured: Measured, limits: MediaLimits) -> tuple[Finding, ...]:
    """Return what is wrong with a film whose picture was measured, the gravest first."""
    if probe.video is None:
        return (WITHOUT_PICTURE,)
    film = _Film(probe, probe.video, measured, limits)
    findings = [finding for rule in _RULES for finding in rule(film)]
    gravest_first = [Severity.REJECT, Severity.WAIVER, Severity.NOTE]
    return tuple(sorted(findings, key=lambda finding: gravest_first.index(finding.severity)))


def _integrity(film: _Film) -> Iterator[Finding]:
    """Cut off, damaged, or only at odds with itself: one cause gives one finding."""
    frames, expected = film.measured.frames, film.video.expected_frames
    seen_ms = round(1000 * frames / film.video.frame_rate) if film.video.frame_rate else 0
    missing_ms = film.video.duration_ms - seen_ms if film.video.frame_rate else 0
    if film.measured.broke_off or (missing_ms > _MISSING_MS and not film.measured.errors):
        yield rejected(
            "complete",
            f"The file is cut off: it says {_s(film.video.duration_ms)} but only {_s(seen_ms)} can be decoded."
            " Export it again and upload the whole file.",
            measured=seen_ms,
            limit=film.video.duration_ms,
        )
    elif film.measured.errors or film.measured.exit_code or not frames:
        yield rejected(
            "decoding",
            f"The file is damaged: decoding it gave {film.measured.errors} errors."
            " Play it from beginning to end, export it again and upload that.",
            measured=film.measured.errors,
            limit=0,
        )
    elif film.video.frame_rate and abs(frames - expected) > 1:
        yield _outside(
            "frames",
            frames,
            expected,
            f"The file says that it has {expected} pictures, but it has {frames}."
            " Export it again without keeping parts of another file.",
        )


def _duration(film: _Film) -> Iterator[Finding]:
    limits, duration_ms = film.limits, film.video.duration_ms
    spare_ms = limits.duration_tolerance_ms
    if limits.shortest_ms - spare_ms <= duration_ms <= limits.longest_ms + spare_ms:
        return
    yield _outside(
        "duration",
        duration_ms,
        [limits.shortest_ms, limits.longest_ms],
        f"It lasts {_s(duration_ms)}; {_s(limits.shortest_ms)} to {_s(limits.longest_ms)} are expected."
        " Check that it is the whole episode and nothing else.",
    )


def _aspect(film: _Film) -> Iterator[Finding]:
    aspect = film.video.display_aspect
    if abs(aspect / _UPRIGHT - 1) > film.limits.aspect_tolerance:
        yield _outside(
            "aspect",
            round(float(aspect), 4),
            float(_UPRIGHT),
            f"The picture is shown as {_shown(film.video)}, which is not 9:16. Export it upright, as 1080x1920.",
        )


def _size_in_pixels(film: _Film) -> Iterator[Finding]:
    video, limits = film.video, film.limits
    if video.width_px < limits.least_width_px or video.height_px < limits.least_height_px:
        yield _outside(
            "size",
            [video.width_px, video.height_px],
            [limits.least_width_px, limits.least_height_px],
            f"The picture is {_size(video)}; at least {limits.least_width_px}x{limits.least_height_px} is"
            " expected. Export it from the original project, without enlarging it.",
        )


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
    wide = {side: share for side, share in bars.items() if share > film.limits.letterbox_share}
    if wide:
        named = " and ".join(f"{share:.0%} at the {side}" for side, share in wide.items())
        yield _outside(
            "letterbox",
            round(max(wide.values()), 4),
            film.limits.letterbox_share,
            f"Black bars cover {named}. Export the picture so that it fills the frame.",
        )


def _frame_rate(film: _Film) -> Iterator[Finding]:
    """Uneven frames have no rate that could be compared with anything."""
    average, nominal = float(film.video.frame_rate), float(film.video.nominal_frame_rate)
    if not film.video.has_constant_frame_rate:
        if film.limits.constant_frame_rate:
            yield _outside(
                "constant_frame_rate",
                round(average, 3),
                round(nominal, 3),
                f"The frame rate varies: {average:.5g} pictures per second on average, up to {nominal:.5g}."
                " Export it with a constant frame rate.",
            )
    elif not any(abs(nominal - rate) < _SAME_RATE for rate in film.limits.frame_rates):
        usual = ", ".join(f"{rate:g}" for rate in film.limits.frame_rates)
        yield _outside(
            "frame_rate",
            round(nominal, 3),
            list(film.limits.frame_rates),
            f"It has {nominal:.5g} pictures per second. Export it with one of {usual}.",
        )


def _scan(film: _Film) -> Iterator[Finding]:
    if film.limits.progressive and film.video.is_interlaced:
        yield _outside(
            "interlaced",
            film.video.field_order,
            "progressive",
            "The picture is interlaced, which shows as combs on phones. Export it progressive.",
        )


def _range(film: _Film) -> Iterator[Finding]:
    if film.limits.standard_range and film.video.is_hdr:
        yield _outside(
            "hdr",
            film.video.color_transfer,
            "SDR",
            "The picture is HDR, which phones without HDR show pale. Export it in SDR (BT.709).",
        )


def _rotation(film: _Film) -> Iterator[Finding]:
    if degrees := film.video.rotation_degrees:
        yield Finding(
            "rotation",
            degrees,
            0,
            Severity.NOTE,
            f"The picture is stored turned by {degrees} degrees; it is set upright when it is encoded.",
        )


def _sound(film: _Film) -> Iterator[Finding]:
    if film.limits.sound and not film.probe.audio:
        yield _outside("sound", 0, 1, "The file has no sound. Export the episode with its sound track.")


def _loudness(film: _Film) -> Iterator[Finding]:
    loudness, limits = film.measured.loudness, film.limits
    if loudness is None or loudness.integrated_lufs <= _SILENT_LUFS:
        return
    if not limits.quietest_lufs <= loudness.integrated_lufs <= limits.loudest_lufs:
        what = "quiet" if loudness.integrated_lufs < limits.quietest_lufs else "loud"
        yield _outside(
            "loudness",
            loudness.integrated_lufs,
            [limits.quietest_lufs, limits.loudest_lufs],
            f"The sound is too {what}: {loudness.integrated_lufs:g} LUFS;"
            f" {limits.quietest_lufs:g} to {limits.loudest_lufs:g} are expected. Check the mix and export it again.",
        )
    if loudness.true_peak_db is not None and loudness.true_peak_db > limits.true_peak_db:
        yield Finding(
            "true_peak",
            loudness.true_peak_db,
            limits.true_peak_db,
            Severity.NOTE,
            f"The sound peaks at {loudness.true_peak_db:g} dBTP and may be distorted. Listen to its loudest part.",
        )


def _black(film: _Film) -> Iterator[Finding]:
    limits, duration_ms = film.limits, film.video.duration_ms
    if sum(span.length_ms for span in film.measured.black) >= _ALL * duration_ms:
        yield rejected("picture", "The picture is black from beginning to end. Check it and export it again.")
        return
    at_start = [span for span in film.measured.black if span.start_ms == 0]
    at_end = [span for span in film.measured.black if span.end_ms >= duration_ms and span.start_ms > 0]
    inside = [span for span in film.measured.black if span not in at_start and span not in at_end]
    yield from _too_long("black_start", at_start, limits.black_edge_ms, "The picture is black", "Trim it.")
    yield from _too_long("black_end", at_end, limits.black_edge_ms, "The picture is black", "Trim it.")
    yield from _too_long(
        "black_inside", inside, limits.black_inside_ms, "The picture is black", "Check that no shot is missing."
    )


def _still(film: _Film) -> Iterator[Finding]:
    moments = [part for span in film.measured.still for part in _without(span, film.measured.black)]
    yield from _too_long(
        "still", moments, film.limits.still_ms, "The picture stands still", "Check that the export did not hang."
    )


def _silence(film: _Film) -> Iterator[Finding]:
    yield from _too_long(
        "silence", film.measured.silent, film.limits.silence_ms, "The sound is silent", "Check that no track is muted."
    )


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
)


def _too_long(rule: str, spans: Sequence[Span], limit_ms: int, what: str, advice: str) -> Iterator[Finding]:
    """Yield one finding for all spans beyond the limit: their number, the first places, the longest."""
    long = [span for span in spans if span.length_ms > limit_ms]
    if not long:
        return
    places = ", ".join(f"{_clock(span.start_ms)} to {_clock(span.end_ms)}" for span in long[:3])
    more = f" and {len(long) - 3} times more" if len(long) > 3 else ""
    yield _outside(
        rule,
        max(span.length_ms for span in long),
        limit_ms,
        f"{what} from {places}{more}; at most {_s(limit_ms)} is expected. {advice}",
    )


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


def _size(video: Video) -> str:
    return f"{video.width_px}x{video.height_px}"


def _shown(video: Video) -> str:
    return f"{round(video.width_px * video.sample_aspect)}x{video.height_px}"


def _s(length_ms: int) -> str:
    return f"{length_ms / 1000:.1f} s"


def _clock(moment_ms: int) -> str:
    return f"{moment_ms // 60_000}:{moment_ms % 60_000 / 1000:04.1f}"
