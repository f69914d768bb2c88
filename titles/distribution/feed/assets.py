"""Which stored file an asset of a body is, for a partner whose open entries mention it."""

from datetime import datetime
from uuid import UUID

from studios.scope import current_studio
from titles.catalog.models import Artwork
from titles.distribution.bodies import asset_address
from titles.distribution.feed.refusals import BadFormat, NotAvailable
from titles.distribution.models import FeedEntry, Partner
from titles.media import playback
from titles.media.models import Edition, EditionSidecar, Package


def signed_address(asset_id: UUID, *, partner: Partner, format: str, at: datetime) -> str:
    """Where the asset can be fetched for a while. ``format`` is for editions. Raises NotAvailable, BadFormat."""
    if format not in playback.FORMATS:
        raise BadFormat
    for look in (_edition, _subtitles, _poster, _artwork):
        found = look(asset_id, format)
        if found is not None:
            subject_id, address = found
            if _is_mentioned(asset_id, subject_id, partner, at):
                return address
    raise NotAvailable


def _is_mentioned(asset_id: UUID, subject_id: UUID, partner: Partner, at: datetime) -> bool:
    """Whether the partner's entry of the subject may be served now and names the asset."""
    entries = FeedEntry.objects.in_force(at).about([subject_id]).filter(partner=partner)
    return entries.filter(body__contains=asset_address(asset_id)).exists()


def _edition(asset_id: UUID, format: str) -> tuple[UUID, str] | None:
    edition = Edition.objects.select_related("package__cut").filter(pk=asset_id).first()
    if edition is None:
        return None
    return edition.package.cut.episode_id, playback.address(edition, format=format)


def _subtitles(asset_id: UUID, _format: str) -> tuple[UUID, str] | None:
    file = (
        EditionSidecar.objects.select_related("edition", "sidecar__cut").filter(sidecar=asset_id).order_by("id").first()
    )
    if file is None:
        return None
    address = playback.file_address(current_studio(), f"{file.edition.folder()}/{file.file_name}")
    return file.sidecar.cut.episode_id, address


def _poster(asset_id: UUID, _format: str) -> tuple[UUID, str] | None:
    package = Package.objects.select_related("cut").filter(pk=asset_id).first()
    if package is None:
        return None
    return package.cut.episode_id, playback.file_address(current_studio(), str(package.poster.name))


def _artwork(asset_id: UUID, _format: str) -> tuple[UUID, str] | None:
    artwork = Artwork.objects.filter(pk=asset_id).first()
    if artwork is None:
        return None
    address = playback.file_address(current_studio(), str(artwork.file.name), store="artwork")
    return artwork.series_id, address
