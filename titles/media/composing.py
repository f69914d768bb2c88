"""Composes the current Edition of a cut: its newest package with the current subtitle files that are timed to it.

A file timed to another master of the cut never goes over the picture of this one, even when it is all that there is.
An Edition is text that refers to streams by their digests, so that new subtitles rewrite no video.
"""

import io
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from studios.scope import scope
from titles.catalog.models import Cut
from titles.jobs.leasing import GaveUp
from titles.jobs.models import Job
from titles.media import storing
from titles.media.manifests import EditionFiles, NotOnePicture, edition_files
from titles.media.models import Edition, EditionSidecar, Package, Sidecar
from titles.media.models.mix import with_current_sounds
from titles.media.models.package import packages_storage
from titles.media.parts import NameTaken, Sound, SoundRole, SubtitleFile, SubtitleKind, UnfitName, UnfitSubtitles
from titles.media.removing import confirm_kept, database_now
from titles.media.streams import PictureFacts, facts_from_json


@dataclass(frozen=True)
class _Parts:
    """What an Edition is made of, as the rows say it at one moment."""

    package: Package
    pictures: tuple[PictureFacts, ...]
    sounds: tuple[Sound, ...]
    sidecars: tuple[Sidecar, ...]

    def files(self) -> EditionFiles:
        return edition_files(self.pictures, self.sounds, [subtitle_file(sidecar) for sidecar in self.sidecars])

    def same_as(self, other: "_Parts | None") -> bool:
        return other is not None and (self.package, self.sidecars) == (other.package, other.sidecars)


def compose_for(job: Job) -> None:
    """Compose the cut that ``job`` is about."""
    try:
        compose(job.subject(Cut))
    except (NameTaken, NotOnePicture, UnfitName, UnfitSubtitles) as reason:
        raise GaveUp(str(reason)) from reason


def compose(cut: Cut) -> Edition | None:
    """Write the current Edition of ``cut`` and make it the newest; None while the cut has no package.

    The files are in the store before there is a row. Where package or subtitles changed meanwhile, it is composed
    anew, so that the newest Edition is never an older state. Raises NameTaken, NotOnePicture, UnfitName,
    UnfitSubtitles and BeingRemoved.
    """
    while True:
        with scope(cut.studio_id, door="worker"):
            began_at = database_now()
            parts = _parts_of(cut)
        if parts is None:
            return None
        edition = parts.files()
        _keep(f"{cut.studio_id}/editions/{edition.digest}", edition)
        with scope(cut.studio_id, door="worker"):
            Cut.objects.select_for_update(no_key=True).get(pk=cut.pk)
            if parts.same_as(_parts_of(cut)):
                return _entered(parts, edition, began_at)


def subtitle_file(sidecar: Sidecar) -> SubtitleFile:
    """What the writers of manifests want to know of a subtitle file. Raises UnfitName and UnfitSubtitles."""
    return SubtitleFile(sidecar.language, SubtitleKind(sidecar.kind), sidecar.name, sidecar.webvtt.encode())


def _parts_of(cut: Cut) -> _Parts | None:
    package = Package.objects.filter(cut=cut).newest_first().first()
    if package is None:
        return None
    Cut.objects.select_for_update(no_key=True).get(pk=cut.pk)
    package = with_current_sounds(package)
    renditions = package.renditions.select_related("stream", "audio_track")
    facts = [(rendition.audio_track, facts_from_json(rendition.stream.facts)) for rendition in renditions]
    pictures = [picture for track, picture in facts if isinstance(picture, PictureFacts)]
    sounds = [
        Sound(sound, track.language, SoundRole(track.role), track.player_name())
        for track, sound in facts
        if not isinstance(sound, PictureFacts)
    ]
    return _Parts(
        package=package,
        pictures=tuple(sorted(pictures, key=lambda picture: picture.height_px, reverse=True)),
        sounds=tuple(sorted(sounds, key=lambda sound: (sound.language, sound.role))),
        sidecars=tuple(Sidecar.objects.filter(cut=cut).timed_to(package.master).current()),
    )


def _keep(folder: str, edition: EditionFiles) -> None:
    store = packages_storage()
    for name, content in edition.files.items():
        if not store.exists(f"{folder}/{name}"):
            storing.keep(store, f"{folder}/{name}", io.BytesIO(content))


def _entered(parts: _Parts, made: EditionFiles, began_at: datetime) -> Edition:
    edition, is_new = Edition.objects.get_or_create(
        package=parts.package, digest=made.digest, defaults={"size_bytes": made.size_bytes}
    )
    confirm_kept([edition.folder()], since=began_at)
    if is_new:
        EditionSidecar.objects.bulk_create(
            EditionSidecar(edition=edition, sidecar=sidecar, file_name=f"{subtitle_file(sidecar).stem}.vtt")
            for sidecar in parts.sidecars
        )
    else:
        edition.composed_at = timezone.now()
        Edition.objects.filter(pk=edition.pk).update(composed_at=edition.composed_at)
    return edition
