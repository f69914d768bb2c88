"""Assigning work: who does which language of which episodes, and what a guest sees because of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from localization.models import Assignment, Version
from studios.models import Membership, Notice, User
from studios.notices import tell
from titles.catalog.models import Episode, Series


def assign(
    member: Membership,
    episodes: Iterable[Episode],
    *,
    languages: Iterable[str],
    due_at: datetime | None = None,
    ends_at: datetime | None = None,
    may_download: bool = False,
    by: User,
) -> list[Assignment]:
    """Give ``member`` every one of ``languages`` (BCP 47; none: only to look) of every episode, and tell them.

    What they have already gets the new dates.
    """
    episodes, languages = list(episodes), list(languages) or [""]
    terms = {"due_at": due_at, "ends_at": ends_at, "may_download": may_download, "made_by": by}
    wanted = [
        Assignment(member=member, episode=episode, language=language, **terms)
        for episode in episodes
        for language in languages
    ]
    made = Assignment.objects.bulk_create(
        wanted,
        update_conflicts=True,
        update_fields=[*terms],
        unique_fields=["studio", "member", "episode", "language"],
    )
    if episodes:
        subject = episodes[0] if len(episodes) == 1 else episodes[0].series
        tell(member.user, Notice.Kind.ASSIGNMENT, subject, _("Something of %(row)s is assigned to you."), by=by)
    return made


def end(assignment: Assignment) -> None:
    """From now on it opens nothing; it stays in the list."""
    Assignment.objects.current().filter(pk=assignment.pk).update(ends_at=timezone.now())


def mine(member: Membership) -> QuerySet[Assignment]:
    """What ``member`` has to do now, the most urgent first."""
    current = Assignment.objects.current().of(member).select_related("episode__series")
    return current.order_by("due_at", "episode__series__title_en", "episode__number", "language", "id")


def assigned_series(rows: QuerySet[Series], member: Membership) -> QuerySet[Series]:
    return rows.filter(pk__in=Assignment.objects.current().of(member).values("episode__series"))


def assigned_episodes(rows: QuerySet[Episode], member: Membership) -> QuerySet[Episode]:
    return rows.filter(pk__in=Assignment.objects.current().of(member).values("episode"))


def assigned_versions(rows: QuerySet[Version], member: Membership) -> QuerySet[Version]:
    """Those of the assigned languages, and what their work is held against: the original, and what they translate."""
    here = Assignment.objects.current().of(member).filter(episode=OuterRef("track__cut__episode"))
    own = Exists(here.filter(Q(language=OuterRef("track__language")) | Q(language="")))
    original = Exists(here.filter(episode__series__original_language=OuterRef("track__language")))
    translated = Version.objects.filter(own).exclude(translated_from=None).values("translated_from")
    return rows.filter(own | original | Q(pk__in=translated))


@dataclass(frozen=True)
class Terms:
    """What the current assignments of one episode allow a member: none of them, nothing."""

    assignments: tuple[Assignment, ...]

    @property
    def languages(self) -> set[str]:
        """Those that they import and submit."""
        return {each.language for each in self.assignments} - {""}

    @property
    def may_download(self) -> bool:
        return any(each.may_download for each in self.assignments)

    @property
    def until(self) -> datetime | None:
        """When the last of them ends; None where one is without an end."""
        ends = [each.ends_at for each in self.assignments]
        return None if None in ends else max((end for end in ends if end), default=timezone.now())


def terms_of(member: Membership, episode_id: UUID) -> Terms:
    current = Assignment.objects.current().of(member).filter(episode=episode_id)
    return Terms(tuple(current.select_related("episode__series").order_by("language", "id")))
