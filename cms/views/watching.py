"""What a player on the desk needs: signed addresses of an edition, its poster and its subtitle files."""

from dataclasses import dataclass

from titles.media import playback
from titles.media.models import Edition


@dataclass(frozen=True)
class SubtitleChoice:
    """A line of the player's menu."""

    language: str
    name: str
    address: str


@dataclass(frozen=True)
class Film:
    """A playable whole: ``address`` is its HLS playlist, ``chosen`` the address of the subtitles shown at first."""

    address: str
    poster: str
    subtitles: list[SubtitleChoice]
    duration_ms: int
    chosen: str = ""


def film_of(edition: Edition) -> Film:
    """``edition`` with its package; its subtitle files are read in one statement."""
    address = playback.address(edition)
    folder = address.rpartition("/")[0]
    files = edition.edition_sidecars.select_related("sidecar").order_by("sidecar__language", "sidecar__kind", "id")
    return Film(
        address=address,
        poster=playback.file_address(edition.studio_id, edition.package.poster.name),
        subtitles=[
            SubtitleChoice(file.sidecar.language, file.sidecar.name, f"{folder}/{file.file_name}") for file in files
        ],
        duration_ms=edition.package.duration_ms,
    )
