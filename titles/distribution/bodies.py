"""What a partner is told of a release: its document, narrowed to the partner's rights, as the bytes that are served.

A document is frozen with the release and the same for all partners (titles.distribution.documents).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from titles.distribution.rights import Allowed, Right

Document = Mapping[str, Any]


class Narrowing(NamedTuple):
    """An edition (its id) without the sound and subtitles that some partner may not have."""

    edition_id: str
    audio_languages: frozenset[str]
    subtitle_languages: frozenset[str]


class Narrowed(NamedTuple):
    """The edition that a narrowing became."""

    edition_id: str
    digest: str


@dataclass
class NotNarrowedYet(Exception):
    """Narrower editions have to be composed before these bodies can be written."""

    wanted: frozenset[Narrowing]


def asset_address(asset_id: object, **query: str) -> str:
    """Where a partner fetches a playlist, a picture or a subtitle file; the answer leads to a signed address.

    >>> asset_address("018f", format="hls")
    '/feed/v1/assets/018f?format=hls'
    """
    return f"/feed/v1/assets/{asset_id}" + "".join(f"?{key}={value}" for key, value in query.items())


def instant(at: datetime | None) -> str | None:
    """An instant as partners read it.

    >>> instant(datetime(2026, 11, 22, 12, tzinfo=UTC))
    '2026-11-22T12:00:00Z'
    """
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def as_text(body: Any) -> str:
    """The one way to write JSON down: what is equal is equal byte for byte."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def series_body(document: Document, *, revision: int) -> dict[str, Any]:
    return {**document, "revision": revision}


def episode_body(
    document: Document, *, revision: int, allowed: Allowed, narrowed: Mapping[Narrowing, Narrowed]
) -> dict[str, Any] | None:
    """The body for a partner that is allowed that much; None when no cut has sound that it may have.

    Raises NotNarrowedYet when ``narrowed`` lacks an edition that this partner needs.
    """
    cuts = [cut for cut in document["cuts"] if _is_audible(cut, allowed)]
    missing = frozenset(_missing(cuts, allowed, narrowed))
    if missing:
        raise NotNarrowedYet(missing)
    if not cuts:
        return None
    return {
        **document,
        "revision": revision,
        "cuts": [_within_rights(cut, allowed, narrowed) for cut in cuts],
        "rights": sorted(map(_in_json, allowed.rights), key=as_text),
    }


def narrowing_of(cut: Document, allowed: Allowed) -> Narrowing | None:
    """What has to be left out of the edition of ``cut`` for this partner; None: nothing."""
    audio = {sound["language"] for sound in cut["audio"]}
    subtitles = {file["language"] for file in cut["subtitles"]}
    if audio <= allowed.audio_languages and subtitles <= allowed.subtitle_languages:
        return None
    return Narrowing(
        cut["edition"]["id"],
        frozenset(audio & allowed.audio_languages),
        frozenset(subtitles & allowed.subtitle_languages),
    )


def _is_audible(cut: Document, allowed: Allowed) -> bool:
    return not cut["audio"] or any(sound["language"] in allowed.audio_languages for sound in cut["audio"])


def _missing(cuts: Iterable[Document], allowed: Allowed, narrowed: Mapping[Narrowing, Narrowed]) -> Iterable[Narrowing]:
    for cut in cuts:
        narrowing = narrowing_of(cut, allowed)
        if narrowing is not None and narrowing not in narrowed:
            yield narrowing


def _within_rights(cut: Document, allowed: Allowed, narrowed: Mapping[Narrowing, Narrowed]) -> dict[str, Any]:
    narrowing = narrowing_of(cut, allowed)
    if narrowing is None:
        return dict(cut)
    edition = narrowed[narrowing]
    return {
        **cut,
        "edition": {
            **cut["edition"],
            "id": edition.edition_id,
            "digest": edition.digest,
            "hls_url": asset_address(edition.edition_id, format="hls"),
            "dash_url": asset_address(edition.edition_id, format="dash"),
        },
        "audio": [sound for sound in cut["audio"] if sound["language"] in allowed.audio_languages],
        "subtitles": [file for file in cut["subtitles"] if file["language"] in allowed.subtitle_languages],
    }


def _in_json(right: Right) -> dict[str, Any]:
    return {
        "territories": sorted(right.territories),
        "audio_languages": sorted(right.audio_languages),
        "subtitle_languages": sorted(right.subtitle_languages),
        "modes": sorted(right.modes),
        "from": instant(right.from_at),
        "until": instant(right.until_at),
        "exclusive": right.exclusive,
    }
