"""What every series takes up in the stores, by kind of file. The rows know; no store is asked."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from titles.catalog.models import Artwork
from titles.media.models import BurnedIn, Chunk, Edition, Master, MixFile, Package, Rendition, Upload
from titles.media.models.master import Place


class Kind(TextChoices):
    MASTERS = "masters", _("masters")
    COLD = "cold", _("masters in cold storage")
    SOUND = "sound", _("mixes")
    PACKAGES = "packages", _("packages")
    MEZZANINES = "mezzanines", _("mezzanines")
    BURNED_IN = "burned-in", _("burned-in films")
    EDITIONS = "editions", _("editions")
    ARTWORK = "artwork", _("artwork")
    ARRIVING = "arriving", _("uploads under way")
    SCRATCH = "scratch", _("unfinished work")


@dataclass(frozen=True)
class Weight:
    """How many files there are, and how large they are together."""

    count: int = 0
    size_bytes: int = 0


@dataclass
class Load:
    """What one series has in the stores."""

    series_id: UUID
    by_kind: dict[Kind, Weight] = field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        return sum(weight.size_bytes for weight in self.by_kind.values())

    def of(self, kind: Kind) -> Weight:
        return self.by_kind.get(kind, Weight())


def loads(series_id: UUID | None = None) -> list[Load]:
    """What every series has, or one alone, the heaviest first: one statement for each kind. Needs a scope."""
    found: dict[UUID, Load] = {}
    for kind, rows in _ROWS.items():
        for series, weight in _summed(rows(), series_id).items():
            found.setdefault(series, Load(series)).by_kind[kind] = weight
    return sorted(found.values(), key=lambda load: (-load.size_bytes, load.series_id))


def together(all_loads: list[Load]) -> dict[Kind, Weight]:
    """What all of them have, by kind."""
    sums: dict[Kind, list[int]] = defaultdict(lambda: [0, 0])
    for load in all_loads:
        for kind, weight in load.by_kind.items():
            sums[kind][0] += weight.count
            sums[kind][1] += weight.size_bytes
    return {kind: Weight(*sums[kind]) for kind in Kind if kind in sums}


#: For each kind every file once: its series, what tells it from others, and its size in bytes.
_ROWS: dict[Kind, Callable[[], QuerySet[Any, Any]]] = {
    Kind.MASTERS: lambda: _masters(Place.AT_HAND),
    Kind.COLD: lambda: _masters(Place.COLD),
    Kind.SOUND: lambda: MixFile.objects.values_list("mix__audio_track__cut__episode__series", "pk", "size_bytes"),
    Kind.PACKAGES: lambda: Rendition.objects.values_list(
        "package__cut__episode__series", "stream", "stream__size_bytes"
    ).distinct(),
    # The same picture with another sound or poster is another package with the same file.
    Kind.MEZZANINES: lambda: Package.objects.values_list(
        "cut__episode__series", "mezzanine", "mezzanine_bytes"
    ).distinct(),
    Kind.BURNED_IN: lambda: BurnedIn.objects.exclude(size_bytes=None).values_list(
        "package__cut__episode__series", "pk", "size_bytes"
    ),
    Kind.EDITIONS: lambda: Edition.objects.values_list(
        "package__cut__episode__series", "digest", "size_bytes"
    ).distinct(),
    Kind.ARTWORK: lambda: Artwork.objects.values_list("series", "pk", "size_bytes"),
    Kind.ARRIVING: lambda: (
        Upload.objects.receiving().exclude(cut=None).values_list("cut__episode__series", "pk", "offset_bytes")
    ),
    Kind.SCRATCH: lambda: Chunk.objects.values_list("master__cut__episode__series", "pk", "size_bytes"),
}


def _masters(place: Place) -> QuerySet[Any, Any]:
    return Master.objects.filter(stored_in=place).values_list("cut__episode__series", "pk", "size_bytes")


def _summed(rows: QuerySet[Any, Any], series_id: UUID | None) -> dict[UUID, Weight]:
    sql, values = rows.order_by().query.sql_with_params()
    only = "" if series_id is None else " WHERE series = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT series, count(*), sum(bytes)::bigint FROM ({sql}) AS file (series, name, bytes){only}"  # noqa: S608
            " GROUP BY series",
            [*values, *([] if series_id is None else [series_id])],
        )
        return {series: Weight(count, size_bytes) for series, count, size_bytes in cursor.fetchall()}
