"""What a player on the desk needs: signed addresses of an edition, its poster and its subtitle files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from titles.media import playback
from titles.media.models import AudioTrack, Edition, Finding, Package
from titles.media.safe_areas import SAFE_AREAS, SafeAreas
from titles.media.waveform import PEAKS
from titles.media.wording import told

_GUESTS_ADDRESS_LIVES = timedelta(minutes=30)


@dataclass(frozen=True)
class SubtitleChoice:
    """A line of the player's menu."""

    language: str
    name: str
    address: str


@dataclass(frozen=True)
class Mark:
    """Something that was found in the picture or the sound, from ``start_ms`` to ``end_ms`` of the film."""

    severity: str
    sentence: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Film:
    """A playable whole: ``address`` is its HLS playlist, ``chosen`` the address of the subtitles shown at first."""

    address: str
    poster: str
    subtitles: list[SubtitleChoice]
    duration_ms: int
    frame_count: int
    chosen: str = ""
    marks: Sequence[Mark] = ()
    safe_areas: Sequence[SafeAreas] = SAFE_AREAS
    storyboard: str = ""
    """Address of the WebVTT index of the storyboard; its sheets lie beside it."""
    peaks: str = ""
    """Address of the waveform of the original sound."""


def film_for_guest(edition: Edition, subtitles: list[SubtitleChoice], *, until: datetime | None) -> Film:
    """Picture and sound of ``edition`` until the work ends, with none but the given ``subtitles``.

    An assignment may be ended early, so that the address lives no longer than it takes to work on.
    """
    ends_at = for_guests_until(until)
    address = playback.film_address(edition, until=ends_at)
    return Film(
        address=address,
        poster=playback.file_address(edition.package.studio_id, edition.package.poster.name, until=ends_at),
        subtitles=subtitles,
        duration_ms=edition.package.duration_ms,
        frame_count=edition.package.frame_count,
        chosen=subtitles[0].address if subtitles else "",
        **_beside(edition, address),
    )


def for_guests_until(until: datetime | None) -> datetime:
    """When an address ends that a guest is given now, whose work ends at ``until``."""
    soon = timezone.now() + _GUESTS_ADDRESS_LIVES
    return min(until or soon, soon)


def film_of(edition: Edition, *, instead: SubtitleChoice | None = None) -> Film:
    """``edition`` with its package and its subtitle files; with ``instead`` of them, those are offered and shown."""
    address = playback.address(edition)
    return Film(
        address=address,
        poster=playback.file_address(edition.package.studio_id, edition.package.poster.name),
        subtitles=[instead] if instead else list(_files_of(edition, folder=address.rpartition("/")[0])),
        duration_ms=edition.package.duration_ms,
        frame_count=edition.package.frame_count,
        chosen=instead.address if instead else "",
        marks=list(_marks_of(edition.package)),
        **_beside(edition, address),
    )


def _beside(edition: Edition, address: str) -> dict[str, Any]:
    """Addresses of what else is shown of the package; the edition's own opens them too. Older packages have neither."""
    package = edition.package
    if not package.storyboard:
        return {}
    root = address.partition("/editions/")[0]
    original = package.sounds().filter(audio_track__role=AudioTrack.Role.ORIGINAL).first()
    return {
        "storyboard": f"{root}/packages/{package.storyboard['stream']}/{package.storyboard['index']}",
        "peaks": f"{root}/packages/{original.stream.digest}/{PEAKS}" if original else "",
    }


def _marks_of(package: Package) -> Iterator[Mark]:
    """What was found at some place of the master that the film was made of."""
    for finding in Finding.objects.filter(master=package.master_id).order_by("start_ms", "id"):
        if finding.start_ms is not None and finding.end_ms is not None:
            yield Mark(finding.severity, told(finding), finding.start_ms, finding.end_ms)


def _files_of(edition: Edition, *, folder: str) -> Iterator[SubtitleChoice]:
    files = edition.edition_sidecars.select_related("sidecar").order_by("sidecar__language", "sidecar__kind", "id")
    for file in files:
        yield SubtitleChoice(file.sidecar.language, file.sidecar.name, f"{folder}/{file.file_name}")
