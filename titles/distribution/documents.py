"""What a release says: the texts, facts and addresses of an episode or a series card, as they are at this moment.

A document is a partner's feed body without what differs from partner to partner (titles.distribution.bodies).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from studios.models import PersonalText
from studios.models.personal_text import Reference
from titles.catalog.models import Artwork, Credit, Cut, Episode, Person, Series
from titles.catalog.texts import in_every_language
from titles.distribution.bodies import asset_address
from titles.media.models import Edition, Package, Rendition, Sidecar
from titles.media.streams import PictureFacts, SoundFacts, facts_from_json

_PERSON = Person._meta.label_lower


@dataclass(frozen=True)
class PinnedCut:
    """A cut and the edition of it that a release pins."""

    cut: Cut
    edition: Edition


def newest_editions(episode: Episode) -> list[PinnedCut]:
    """The cuts of ``episode`` that can be played, the default one first, each with its current edition."""
    pinned = []
    for cut in episode.cuts.order_by("-is_default", "name"):
        edition = Edition.objects.select_related("package__master").filter(package__cut=cut).newest_first().first()
        if edition is not None:
            pinned.append(PinnedCut(cut, edition))
    return pinned


def of_episode(episode: Episode, pinned: Iterable[PinnedCut]) -> dict[str, Any]:
    cuts = [_cut(each) for each in pinned]
    return {
        "id": str(episode.pk),
        "kind": "episode",
        "episode_kind": episode.kind,
        "series_id": str(episode.series_id),
        "number": episode.number,
        "titles": in_every_language(episode, "title"),
        "synopses": in_every_language(episode, "synopsis"),
        "duration_ms": next((each.edition.package.duration_ms for each in pinned), None),
        "cuts": cuts,
    }


def of_series(series: Series) -> dict[str, Any]:
    """Names of people are references, so that an erasure reaches them and no digest changes.

    A name that no document or change ever referred to stands there itself: ``keep_names`` comes before freezing.
    """
    credits = _credits(series)
    references = PersonalText.objects.references(_PERSON, {credit.person_id for credit in credits})
    return {
        "id": str(series.pk),
        "kind": "series",
        "slug": series.slug,
        "original_language": series.original_language,
        "franchise": series.franchise,
        "season_number": series.season_number,
        "episode_count": series.planned_episodes or series.episodes.filter(kind=Episode.Kind.EPISODE).count(),
        "titles": in_every_language(series, "title"),
        "synopses": in_every_language(series, "synopsis"),
        "taglines": in_every_language(series, "tagline"),
        "tags": [
            {"slug": tag.slug, "kind": tag.kind, "names": in_every_language(tag, "name")}
            for tag in series.tags.order_by("kind", "slug")
        ],
        "credits": [_credit(credit, references) for credit in credits],
        "artwork": [_artwork(artwork) for artwork in series.artwork.order_by("purpose", "id")],
    }


def keep_names(series: Series) -> None:
    """Make sure that there is a reference to every name in the credits of ``series``."""
    names = [
        (credit.person_id, name)
        for credit in _credits(series)
        for name in in_every_language(credit.person, "name").values()
    ]
    PersonalText.objects.keep(_PERSON, names)


def _credits(series: Series) -> list[Credit]:
    return list(series.credits.select_related("person").order_by("billing", "id"))


def _credit(credit: Credit, references: Mapping[Any, Reference]) -> dict[str, Any]:
    names = in_every_language(credit.person, "name")
    return {
        "role": credit.role,
        "billing": credit.billing,
        "names": {language: references.get((credit.person_id, name), name) for language, name in names.items()},
        "characters": in_every_language(credit, "character"),
    }


def _artwork(artwork: Artwork) -> dict[str, Any]:
    return {
        "id": str(artwork.pk),
        "kind": artwork.purpose,
        "width": artwork.width_px,
        "height": artwork.height_px,
        "bytes": artwork.size_bytes,
        "sha256": artwork.sha256,
        "media_type": "image/jpeg",
        "url": asset_address(artwork.pk),
    }


def _cut(pinned: PinnedCut) -> dict[str, Any]:
    edition, package = pinned.edition, pinned.edition.package
    renditions = list(package.renditions.select_related("stream", "audio_track"))
    files = edition.edition_sidecars.select_related("sidecar").order_by("sidecar__language", "sidecar__kind")
    return {
        "id": str(pinned.cut.pk),
        "name": pinned.cut.name,
        "edition": {
            "id": str(edition.pk),
            "digest": edition.digest,
            "hls_url": asset_address(edition.pk, format="hls"),
            "dash_url": asset_address(edition.pk, format="dash"),
            "renditions": _pictures(renditions),
        },
        "audio": _sounds(renditions),
        "subtitles": [_subtitles(file.sidecar) for file in files],
        "poster": _poster(package),
    }


def _pictures(renditions: Iterable[Rendition]) -> list[dict[str, Any]]:
    """The rungs as players see them listed: any sound may play with a picture, so the dearest one is counted in."""
    facts = [facts_from_json(rendition.stream.facts) for rendition in renditions]
    sounds = [sound for sound in facts if isinstance(sound, SoundFacts)]
    pictures = [picture for picture in facts if isinstance(picture, PictureFacts)]
    return [
        {
            "width": picture.width_px,
            "height": picture.height_px,
            "bandwidth": picture.peak_bps + max((sound.peak_bps for sound in sounds), default=0),
            "average_bandwidth": picture.average_bps + max((sound.average_bps for sound in sounds), default=0),
            "codecs": ",".join([picture.codec, *sorted({sound.codec for sound in sounds})]),
            "frame_rate": round(float(picture.frame_rate), 3),
        }
        for picture in sorted(pictures, key=lambda picture: picture.height_px, reverse=True)
    ]


def _sounds(renditions: Iterable[Rendition]) -> list[dict[str, Any]]:
    tracks = [rendition.audio_track for rendition in renditions if rendition.audio_track is not None]
    return [
        {"language": track.language, "role": track.role}
        for track in sorted(tracks, key=lambda track: (track.role != "original", track.language, track.role))
    ]


def _subtitles(sidecar: Sidecar) -> dict[str, Any]:
    return {
        "id": str(sidecar.pk),
        "language": sidecar.language,
        "kind": sidecar.kind,
        "name": sidecar.name,
        "sha256": sidecar.sha256,
        "url": asset_address(sidecar.pk),
    }


def _poster(package: Package) -> dict[str, Any]:
    return {
        "id": str(package.pk),
        "width": package.poster_width_px,
        "height": package.poster_height_px,
        "sha256": package.poster_sha256,
        "url": asset_address(package.pk),
    }
