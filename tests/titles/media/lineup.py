"""Facts of an episode as packaging would measure them, for the writers of manifests: no film is needed."""

from fractions import Fraction
from hashlib import sha256
from typing import Any

from titles.media.parts import Sound, SoundRole, SubtitleFile, SubtitleKind
from titles.media.streams import ByteRange, PictureFacts, SoundFacts


def picture(width_px: int = 720, height_px: int = 1280, **other: Any) -> PictureFacts:
    """A rung of 30 s at 25 fps, 2 Mbit/s."""
    usual: dict[str, Any] = {
        "digest": sha256(f"{width_px}x{height_px}".encode()).hexdigest(),
        "size_bytes": 7_500_000,
        "codec": "avc1.64001f",
        "duration_ms": 30_000,
        "segment_count": 8,
        "init_range": ByteRange(0, 895),
        "index_range": ByteRange(896, 1_023),
        "peak_bps": 2_100_000,
        "average_bps": 2_000_000,
        "frame_rate": Fraction(25),
        "frame_count": 750,
        "iframe_peak_bps": 500_000,
        "iframe_average_bps": 400_000,
    }
    return PictureFacts(width_px=width_px, height_px=height_px, **{**usual, **other})


def ladder() -> list[PictureFacts]:
    return [
        picture(1080, 1920, codec="avc1.640028", peak_bps=5_000_000, average_bps=4_500_000),
        picture(720, 1280),
        picture(360, 640, codec="avc1.64001e", peak_bps=700_000, average_bps=600_000),
    ]


def sound(language: str = "zh-Hans", role: SoundRole = SoundRole.ORIGINAL, name: str = "中文", **other: Any) -> Sound:
    usual: dict[str, Any] = {
        "digest": sha256(f"{language}{role}".encode()).hexdigest(),
        "size_bytes": 480_000,
        "codec": "mp4a.40.2",
        "duration_ms": 30_000,
        "segment_count": 8,
        "init_range": ByteRange(0, 832),
        "index_range": ByteRange(833, 960),
        "peak_bps": 130_000,
        "average_bps": 128_000,
        "sample_rate_hz": 48_000,
        "channels": 2,
        "is_silent": False,
    }
    return Sound(SoundFacts(**{**usual, **other}), language, role, name)


def subtitles(language: str = "es", kind: SubtitleKind = SubtitleKind.FULL, name: str = "Español") -> SubtitleFile:
    cue = f"WEBVTT\n\n00:01.000 --> 00:02.500\n{name}\n"
    return SubtitleFile(language, kind, name, cue.encode())


def every_kind() -> list[SubtitleFile]:
    return [
        subtitles("en", SubtitleKind.FULL, "English"),
        subtitles("en", SubtitleKind.SDH, "English (SDH)"),
        subtitles("en", SubtitleKind.FORCED, "English (forced)"),
        subtitles("es", SubtitleKind.FULL, "Español"),
        subtitles("es", SubtitleKind.DUB, "Español (doblaje)"),
        subtitles("ar", SubtitleKind.FULL, "العربية"),
    ]
