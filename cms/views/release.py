"""The page of a release: the frozen document as people read it, its film, and what is new in it."""

from dataclasses import dataclass
from typing import Any

from cms.views.watching import film_of
from studios.models import PersonalText
from titles.catalog.languages import METADATA_LANGUAGES, bcp47
from titles.catalog.models import Artwork
from titles.distribution.admin import ReleaseAdmin
from titles.distribution.comparing import differences
from titles.distribution.models import Release
from titles.media import playback


@dataclass(frozen=True)
class Told:
    """What the document says in one language."""

    language: str
    title: str
    tagline: str
    synopsis: str


class ReleasePage(ReleaseAdmin):
    change_form_template = "desk/release.html"

    def page_of(self, request: Any, row: Release) -> dict[str, Any]:
        pinned = row.release_cuts.select_related("edition__package", "cut").order_by("-cut__is_default", "cut__name")
        film = next((film_of(cut.edition) for cut in pinned), None)
        before = self._before(row)
        document, old = PersonalText.objects.told([row.document, before.document if before else {}])
        return {
            **super().page_of(request, row),
            "title": str(row),
            "document": document,
            "told": _told(document),
            "cut": next(iter(document.get("cuts", [])), None),
            "film": film,
            "pictures": _pictures(row),
            "partners": row.release_partners.select_related("partner").order_by("partner__name", "id"),
            "before": before,
            "differences": differences(old, document) if before else [],
            "moves": row.moves().select_related("person"),
        }

    def _before(self, release: Release) -> Release | None:
        """The newest approved release of the same subject before this one."""
        older = Release.objects.of(release.series, release.episode).filter(number__lt=release.number)
        return older.filter(state=Release.State.APPROVED).select_related("series", "episode").newest_first().first()


def _told(document: dict[str, Any]) -> list[Told]:
    tags = [bcp47(code) for code, _name in METADATA_LANGUAGES]
    texts = [document.get(field, {}) for field in ("titles", "taglines", "synopses")]
    return [Told(tag, *(text.get(tag, "") for text in texts)) for tag in tags if any(tag in text for text in texts)]


def _pictures(release: Release) -> list[dict[str, Any]]:
    """The artwork of a series card, each with an address to look at it."""
    frozen = release.document.get("artwork", [])
    kept: dict[str, Any] = {
        str(pk): row for pk, row in Artwork.objects.in_bulk([each["id"] for each in frozen]).items()
    }
    return [{**each, "address": _address(kept[each["id"]])} for each in frozen if each["id"] in kept]


def _address(artwork: Any) -> str:
    return playback.file_address(artwork.studio_id, artwork.file.name, store="artwork")
