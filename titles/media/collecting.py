"""The collector: takes away packages and editions that newer ones superseded, and files that no row refers to.

That nothing refers to a row is proven by the tables themselves: every reference is a foreign key, whichever room it
comes from, and the database refuses to delete what one points at. What has no foreign key is asked for by name:
unfinished jobs. Only what was superseded a while ago is looked at, and of each cut the newest stays in any case.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from studios.scope import scope
from titles.jobs.leasing import Lease
from titles.jobs.models import UNFINISHED, Job
from titles.media import removing
from titles.media.leftovers import remove_leftovers
from titles.media.models import BurnedIn, Edition, Package, Removal, Rendition, Stream
from titles.media.references import is_named

COLLECT = "collect"

_Why = Removal.Why
_PACKAGES = "packages"
#: A narrowed edition, which is for some partners alone, says that it was current before anything was.
_LONG_AGO = datetime(1971, 1, 1, tzinfo=UTC)
#: Rows that are part of what they refer to, and go with it.
_PARTS = frozenset({"media.editionsidecar", "media.rendition"})


@dataclass(frozen=True)
class Candidate:
    """A row that could go: what it is of, and how many bytes that would free at most."""

    row: Any
    cut: Any
    size_bytes: int

    @property
    def noun(self) -> str:
        return self.row._meta.verbose_name


def cutoff() -> datetime:
    """What was superseded before this may go."""
    return timezone.now() - settings.COLLECT_AFTER


def candidates(before: datetime) -> Iterator[Candidate]:
    """What could go by now, editions first, then packages without any. Queries alone; needs a scope."""
    editions = superseded_editions(before).select_related("package__cut__episode__series")
    for edition in editions.order_by("id"):
        yield Candidate(edition, edition.package.cut, edition.size_bytes)
    found = superseded_packages(before, without_editions=False).select_related("cut__episode__series")
    packages = list(found.order_by("id"))
    freed = _streams_freed_by(packages)
    for package in packages:
        yield Candidate(package, package.cut, package.mezzanine_bytes + freed[package.pk])


def _streams_freed_by(packages: list[Package]) -> Counter[UUID]:
    """For each of ``packages`` the bytes of the streams that no package but them has; a shared one counts once."""
    going = {package.pk for package in packages}
    having: dict[tuple[UUID, int], list[UUID]] = defaultdict(list)
    streams = Stream.objects.filter(renditions__package__in=going)
    for stream, size_bytes, package in (
        Rendition.objects.filter(stream__in=streams)
        .order_by("id")
        .values_list("stream", "stream__size_bytes", "package")
    ):
        having[stream, size_bytes].append(package)
    freed: Counter[UUID] = Counter()
    for (_stream, size_bytes), of in having.items():
        if going.issuperset(of):
            freed[of[0]] += size_bytes
    return freed


def superseded_editions(before: datetime) -> QuerySet[Edition]:
    """Editions that are not their cut's current one since ``before``, to which no row refers and no job may come back.

    One for a partner alone is never current; it stays as long as anything refers to an edition of its package.
    """
    same_cut = Edition.objects.filter(package__cut=OuterRef("package__cut"), composed_at__lt=before)
    newer = same_cut.filter(
        Q(package__master__number__gt=OuterRef("package__master__number"))
        | Q(package__master=OuterRef("package__master"), package__number__gt=OuterRef("package__number"))
        | Q(package=OuterRef("package"), composed_at__gt=OuterRef("composed_at"))
    )
    siblings = Edition.objects.filter(package=OuterRef("package"))
    referred = Q()
    for reference in referring_to(Edition):
        rows = reference.related_model._base_manager.filter(**{f"{reference.field.name}__package": OuterRef("package")})
        referred |= Q(Exists(rows))
    old = Edition.objects.filter(Exists(newer), composed_at__lt=before).filter(_unreferred(Edition))
    narrowed = Q(composed_at__lt=_LONG_AGO)
    alone = ~Exists(siblings.filter(composed_at__gte=before)) & ~referred
    return old.filter(~narrowed | alone).filter(_no_job(F("package__cut"), F("package__master"), F("package"), F("pk")))


def superseded_packages(before: datetime, *, without_editions: bool) -> QuerySet[Package]:
    """Packages that are not their cut's newest since ``before``, to which no row refers and no job may come back.

    What refers to an edition refers to its package: editions have to go first. A preview counts those packages, too,
    of which all editions could go now.
    """
    newer = Package.objects.filter(cut=OuterRef("cut"), created_at__lt=before).filter(
        Q(master__number__gt=OuterRef("master__number")) | Q(master=OuterRef("master"), number__gt=OuterRef("number"))
    )
    left = Edition.objects.filter(package=OuterRef("pk"))
    if not without_editions:
        left = left.exclude(pk__in=superseded_editions(before).values("pk"))
    return (
        Package.objects.filter(Exists(newer), ~Exists(left), created_at__lt=before)
        .filter(_unreferred(Package, besides=("media.edition", "media.burnedin")))
        .exclude(burned_in__state=BurnedIn.State.WAITING)
        .filter(_no_job(F("cut"), F("master"), F("pk")))
    )


def referring_to(model: type[models.Model]) -> list[Any]:
    """Every foreign key of any room that points at ``model``, but for those of its own parts."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.related_model._meta.label_lower not in _PARTS
        and not relation.related_model._meta.auto_created
    ]


def _unreferred(model: type[models.Model], *, besides: tuple[str, ...] = ()) -> Q:
    condition: Any = Q()
    for reference in referring_to(model):
        if reference.related_model._meta.label_lower not in besides:
            rows = reference.related_model._base_manager.filter(**{reference.field.name: OuterRef("pk")})
            condition &= ~Exists(rows)
    return condition


def _no_job(*subjects: Any) -> Q:
    condition: Any = Q()
    for subject in subjects:
        condition &= ~Exists(Job.objects.filter(state__in=UNFINISHED, subject_id=OuterRef(subject.name)))
    return condition


def collect_for(job: Job, lease: Lease) -> None:
    """Take away all that could go by now in the studio that ``job`` is about, for whoever asked for it."""
    with job.scope():
        by = job.wished_by()
    limit = cutoff()
    lease.report(_("superseded"), 0.0)
    collect(job.studio_id, by=by, before=limit)
    lease.report(_("left behind"), 0.5)
    remove_leftovers(job.studio_id, limit, by=by)


def collect(studio_id: Any, *, by: Any = None, before: datetime | None = None) -> list[Removal]:
    """Take away what could go; return what went. Opens its own scopes, one for each row."""
    limit = before or cutoff()
    gone = _each(studio_id, lambda: superseded_editions(limit), _remove_edition, by)
    gone += _each(studio_id, lambda: superseded_packages(limit, without_editions=True), _remove_package, by)
    removing.finish(studio_id)
    return gone


def _each(studio_id: Any, superseded: Callable[[], Any], remove: Callable[[Any, Any], list[Removal]], by: Any) -> Any:
    """Remove every row that is ``superseded``, each in a transaction of its own in which that is asked once more."""
    with scope(studio_id, door="worker"):
        found = list(superseded().order_by("id").values_list("pk", flat=True))
    gone: list[Removal] = []
    for identity in found:
        try:
            with scope(studio_id, person=by, door="worker"):
                gone += remove(superseded().filter(pk=identity), by)
        except IntegrityError:
            continue  # somebody referred to it between our look and the deletion
    return gone


def _remove_edition(still: QuerySet[Edition], by: Any) -> list[Removal]:
    """Delete the edition if it is one of those ``still``; its folder goes with the last one that has its digest."""
    edition = still.first()
    if edition is None:
        return []
    removing.meet_at(edition.folder())
    edition_id, _rows = edition.pk, edition.delete()
    edition.pk = edition_id
    if Edition.objects.filter(digest=edition.digest).exists():
        return []
    why = _Why.SUPERSEDED
    return [
        removing.decide(edition.folder(), store=_PACKAGES, why=why, by=by, row=edition, size_bytes=edition.size_bytes)
    ]


def _remove_package(still: QuerySet[Package], by: Any) -> list[Removal]:
    package = still.first()
    if package is None:
        return []
    streams = list(Stream.objects.filter(renditions__package=package).order_by("digest").distinct())
    folder = f"{package.studio_id}/packages/{package.pk}"
    films = list(package.burned_in.order_by("id"))
    removing.meet_at(folder, *(stream.folder() for stream in streams), *(str(film.file) for film in films))
    gone = [_decided(film, str(film.file), film.size_bytes or 0, by) for film in films]
    package.burned_in.all().delete()
    package_id, _rows = package.pk, package.delete()
    package.pk = package_id
    if not is_named(folder):
        gone.append(_decided(package, folder, package.mezzanine_bytes, by))
    for stream in streams:
        gone += _remove_stream(stream, by)
    return gone


def _remove_stream(stream: Stream, by: Any) -> list[Removal]:
    """Delete the stream unless another package, or anything else, refers to it."""
    identity = stream.pk
    try:
        with transaction.atomic():
            if not Stream.objects.filter(pk=identity).filter(_unreferred(Stream), renditions=None).exists():
                return []
            stream.delete()
    except IntegrityError:
        return []
    stream.pk = identity
    return [_decided(stream, stream.folder(), stream.size_bytes, by)]


def _decided(row: Any, name: str, size_bytes: int, by: Any) -> Removal:
    return removing.decide(name, store=_PACKAGES, why=_Why.SUPERSEDED, by=by, row=row, size_bytes=size_bytes)
