"""Erasing a person of the cast or crew, everywhere: the catalog, the audit, releases, and what partners were told.

Everything is found by reference, never by the name: people share names, and names are words. Stored bodies of feed
entries get the pseudonym where the document of their release refers to the person, closed ones too: they prove what was
said about a title, and that proof needs no name. Their digests stay those of the bytes that were served. Partners are
told by new entries that the relay writes; packs that lie in their dropboxes are out of reach.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from studios.models import PersonalText
from titles.catalog.models import Person, Series
from titles.distribution.models import Release
from titles.distribution.priorities import TAKE_AWAY
from titles.jobs.models import Job


def erase_person(person: Person, *, by: Any, why: str = "") -> Person:
    """Replace the name of ``person`` by a pseudonym, for good, and let the relay tell the partners.

    ``why`` is kept as it is: it should not say the name.
    """
    with transaction.atomic():
        told = list(_series_that_named(person))
        person.erase(by=by, why=why)
        _pseudonymise_entries(person)
        for series in told:
            Job.enqueue("relay", series, by=by, priority=TAKE_AWAY)
    return person


def _series_that_named(person: Person) -> models.QuerySet[Series]:
    """The series with a release whose document refers to the person."""
    texts = PersonalText.objects.filter(noun=Person._meta.label_lower, row_id=person.pk)
    mentions = [Q(text__contains=str(reference)) for reference in texts.values_list("pk", flat=True)]
    if not mentions:
        return Series.objects.none()
    releases = Release.objects.filter(episode=None).annotate(text=Cast("document", models.TextField()))
    return Series.objects.filter(pk__in=releases.filter(reduce(or_, mentions)).values("series"))


def _pseudonymise_entries(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT octavo_pseudonymise_entries(%s)", [person.pk])
