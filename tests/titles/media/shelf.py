"""Packages as they stand on the shelf, made without encoding anything: real rows, and files of a few bytes."""

import io
from hashlib import sha256
from uuid import UUID

from studios.keys import new_id
from tests.titles.media import lineup
from titles.catalog.models import Cut
from titles.media import storing
from titles.media.models import AudioTrack, Master, Package, Rendition, Stream
from titles.media.models.package import packages_storage
from titles.media.streams import StreamFacts

SIZES = ((720, 1280), (360, 640))


def content_of(digest: str) -> bytes:
    """What lies in the stream ``digest``: a thousand bytes that differ from place to place."""
    return b"".join(sha256(f"{digest}{number}".encode()).digest() for number in range(32))[:1000]


def make_package(
    cut: Cut, *, number: int = 1, salt: str = "", language: str = "zh-Hans", master: Master | None = None
) -> Package:
    """Put a package of ``cut`` with two rungs and the original sound on the shelf; without a ``master`` of a new one.

    Needs a scope.
    """
    master = master or Master.objects.create(
        cut=cut,
        number=number,
        file=f"{cut.studio_id}/{new_id()}.mp4",
        original_name="episode.mp4",
        size_bytes=1,
        sha256=_digest(cut.pk, salt, "master"),
        state=Master.State.ACCEPTED,
    )
    package = Package.objects.create(
        cut=cut,
        master=master,
        number=number,
        quality="preview",
        duration_ms=30_000,
        frame_count=750,
        poster_width_px=720,
        poster_height_px=1280,
        poster_sha256="",
        mezzanine_bytes=1,
        mezzanine_sha256="",
    )
    original, _made = AudioTrack.objects.get_or_create(cut=cut, language=language)
    for width_px, height_px in SIZES:
        picture = lineup.picture(width_px, height_px, digest=_digest(cut.pk, salt, f"{height_px}"))
        Rendition.objects.create(package=package, stream=_stream(picture))
    sound = lineup.sound(digest=_digest(cut.pk, salt, "sound")).facts
    Rendition.objects.create(package=package, stream=_stream(sound), audio_track=original)
    return package


def _digest(cut_id: UUID, salt: str, what: str) -> str:
    return sha256(f"{cut_id}{salt}{what}".encode()).hexdigest()


def _stream(facts: StreamFacts) -> Stream:
    stream = Stream.objects.create(
        digest=facts.digest, kind=facts.kind, facts=facts.to_json(), size_bytes=facts.size_bytes
    )
    for name in ("stream.mp4", "stream.m3u8", "iframes.m3u8", "stream.json"):
        storing.keep(packages_storage(), f"{stream.folder()}/{name}", io.BytesIO(content_of(facts.digest)))
    return stream
