"""Composes narrower editions: the same streams, without the sound and subtitles that a partner may not have.

A signed address opens a whole edition, so what a partner has no right to must not be in the edition it gets.
"""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from studios.scope import scope
from titles.distribution.bodies import Narrowed, Narrowing, NotNarrowedYet
from titles.media import storing
from titles.media.composing import subtitle_file
from titles.media.manifests import EditionFiles, edition_files
from titles.media.models import Edition, EditionSidecar, Sidecar
from titles.media.models.package import packages_storage
from titles.media.parts import Sound, SoundRole
from titles.media.removing import confirm_kept, database_now
from titles.media.streams import PictureFacts, SoundFacts, facts_from_json

# A narrowed edition is never the current one of its cut, so that no release pins it.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Known = dict[Narrowing, Narrowed]
Result = TypeVar("Result")


def with_what_it_needs(studio_id: Any, work: Callable[[Known], Result]) -> Result:
    """Call ``work`` with the narrowed editions it asks for, composed outside of its transaction."""
    known: Known = {}
    while True:
        try:
            return work(known)
        except NotNarrowedYet as missing:
            known |= {narrowing: compose(studio_id, narrowing) for narrowing in missing.wanted}


@lru_cache(maxsize=16_384)  # an edition never changes, so each process composes a narrowing once
def compose(studio_id: UUID, narrowing: Narrowing) -> Narrowed:
    """Write the narrowed edition into the store, then its row; doing it again changes nothing. Opens its own scopes."""
    with scope(studio_id, door="worker"):
        began_at = database_now()
        edition = Edition.objects.select_related("package").get(pk=narrowing.edition_id)
        sidecars = _sidecars(edition, narrowing)
        files = _files(edition, sidecars, narrowing)
    folder = f"{studio_id}/editions/{files.digest}"
    for name, content in files.files.items():
        storing.keep(packages_storage(), f"{folder}/{name}", io.BytesIO(content))
    with scope(studio_id, door="worker"):
        narrowed, is_new = Edition.objects.get_or_create(
            package=edition.package,
            digest=files.digest,
            defaults={"composed_at": _NEVER, "size_bytes": files.size_bytes},
        )
        confirm_kept([folder], since=began_at)
        if is_new:
            EditionSidecar.objects.bulk_create(
                EditionSidecar(edition=narrowed, sidecar=sidecar, file_name=f"{subtitle_file(sidecar).stem}.vtt")
                for sidecar in sidecars
            )
    return Narrowed(str(narrowed.pk), narrowed.digest)


def _sidecars(edition: Edition, narrowing: Narrowing) -> list[Sidecar]:
    return list(edition.sidecars.filter(language__in=narrowing.subtitle_languages).order_by("language", "kind", "id"))


def _files(edition: Edition, sidecars: list[Sidecar], narrowing: Narrowing) -> EditionFiles:
    pictures, sounds = [], []
    for rendition in edition.package.renditions.select_related("stream", "audio_track"):
        facts, track = facts_from_json(rendition.stream.facts), rendition.audio_track
        if isinstance(facts, PictureFacts):
            pictures.append(facts)
        elif isinstance(facts, SoundFacts) and track.language in narrowing.audio_languages:
            sounds.append(Sound(facts, track.language, SoundRole(track.role), track.player_name()))
    return edition_files(
        sorted(pictures, key=lambda picture: picture.height_px, reverse=True),
        sorted(sounds, key=lambda sound: (sound.language, sound.role)),
        [subtitle_file(sidecar) for sidecar in sidecars],
    )
