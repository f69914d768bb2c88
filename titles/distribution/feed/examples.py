"""One small series as the feed tells it: the examples of the OpenAPI document."""

from typing import Any

_SERIES_ID = "01939f3c-7a10-7c3e-9d6a-0c2f4b8e1a01"
_EPISODE_ID = "01939f3c-7a11-7b52-8a4e-5d1e9c7f2b02"
_ARTWORK_ID = "01939f3c-7a12-7d90-b1c4-7e3a6f8d0c03"
_EDITION_ID = "01939f3c-7a13-7e1f-a2d5-9f4b7c0e1d04"
_PACKAGE_ID = "01939f3c-7a14-7f2a-93e6-a05c8d1f2e05"
_SUBTITLES_ID = "01939f3c-7a15-70b3-84f7-b16d9e203f06"
_CUT_ID = "01939f3c-7a16-71c4-95a8-c27eaf314007"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

SERIES: dict[str, Any] = {
    "id": _SERIES_ID,
    "kind": "series",
    "revision": 1,
    "slug": "the-secret-heiress",
    "original_language": "en",
    "franchise": "",
    "season_number": 1,
    "episode_count": 80,
    "titles": {"en": "The Secret Heiress", "es": "La heredera secreta", "zh-Hans": "隐秘千金"},
    "synopses": {"en": "A maid finds out whose daughter she is."},
    "taglines": {"en": "Her name was the only thing they left her."},
    "tags": [{"slug": "secret-heiress", "kind": "trope", "names": {"en": "Secret heiress"}}],
    "credits": [{"role": "lead", "billing": 1, "names": {"en": "Mina Park"}, "characters": {"en": "Lia"}}],
    "artwork": [
        {
            "id": _ARTWORK_ID,
            "kind": "cover",
            "width": 1080,
            "height": 1920,
            "bytes": 412310,
            "sha256": _SHA256,
            "media_type": "image/jpeg",
            "url": f"/feed/v1/assets/{_ARTWORK_ID}",
        }
    ],
}

EPISODE: dict[str, Any] = {
    "id": _EPISODE_ID,
    "kind": "episode",
    "episode_kind": "episode",
    "series_id": _SERIES_ID,
    "number": 1,
    "revision": 1,
    "titles": {"en": "The will"},
    "synopses": {},
    "duration_ms": 92_480,
    "cuts": [
        {
            "id": _CUT_ID,
            "name": "",
            "edition": {
                "id": _EDITION_ID,
                "digest": _SHA256,
                "hls_url": f"/feed/v1/assets/{_EDITION_ID}?format=hls",
                "dash_url": f"/feed/v1/assets/{_EDITION_ID}?format=dash",
                "renditions": [
                    {
                        "width": 1080,
                        "height": 1920,
                        "bandwidth": 6_312_000,
                        "average_bandwidth": 4_210_000,
                        "codecs": "avc1.640028,mp4a.40.2",
                        "frame_rate": 25.0,
                    }
                ],
            },
            "audio": [{"language": "en", "role": "original"}],
            "subtitles": [
                {
                    "id": _SUBTITLES_ID,
                    "language": "es",
                    "kind": "full",
                    "name": "Español",
                    "sha256": _SHA256,
                    "url": f"/feed/v1/assets/{_SUBTITLES_ID}",
                }
            ],
            "poster": {
                "id": _PACKAGE_ID,
                "width": 1080,
                "height": 1920,
                "sha256": _SHA256,
                "url": f"/feed/v1/assets/{_PACKAGE_ID}",
            },
        }
    ],
    "rights": [
        {
            "territories": ["MX", "US"],
            "audio_languages": ["en"],
            "subtitle_languages": ["es"],
            "modes": ["coin"],
            "from": "2026-11-22T12:00:00Z",
            "until": "2027-11-22T12:00:00Z",
            "exclusive": False,
        }
    ],
}

PAGE: dict[str, Any] = {
    "entries": [
        {
            "sequence": 1,
            "operation": "upsert",
            "kind": "series",
            "id": _SERIES_ID,
            "revision": 1,
            "effective_at": "2026-11-22T12:00:00Z",
            "body": SERIES,
        },
        {
            "sequence": 2,
            "operation": "upsert",
            "kind": "episode",
            "id": _EPISODE_ID,
            "revision": 1,
            "effective_at": "2026-11-22T12:00:00Z",
            "body": EPISODE,
        },
        {
            "sequence": 9,
            "operation": "delete",
            "kind": "episode",
            "id": "01939f3c-7a17-72d5-a6b9-d38fb0425108",
            "revision": 2,
            "effective_at": "2026-11-22T18:00:00Z",
            "reason": "withdrawn",
            "body": None,
        },
    ],
    "next_cursor": "WyIwMTkzOWYzYy03YTE4Iiw5XQ.mYt0",
    "has_more": False,
}
