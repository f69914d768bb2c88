"""What the studio API says of each row: named fields, and nothing else, however the models grow."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as drf

from studios.audit import OPERATIONS, Entry
from titles.catalog import models as catalog
from titles.catalog.texts import in_every_language
from titles.distribution.bodies import instant
from titles.distribution.feed.shapes import Texts
from titles.jobs.models import Job as JobRow


class StudioSeries(drf.Serializer):
    id = drf.UUIDField()
    slug = drf.CharField()
    titles = Texts()
    taglines = Texts()
    synopses = Texts()
    franchise = drf.CharField(allow_blank=True)
    season_number = drf.IntegerField()
    original_language = drf.CharField(help_text="BCP 47")
    planned_episodes = drf.IntegerField(allow_null=True)
    created_at = drf.DateTimeField()


class StudioEpisode(drf.Serializer):
    id = drf.UUIDField()
    series_id = drf.UUIDField()
    kind = drf.ChoiceField(choices=catalog.Episode.Kind.values)
    number = drf.IntegerField(allow_null=True)
    titles = Texts()
    synopses = Texts()
    created_at = drf.DateTimeField()


class Job(drf.Serializer):
    id = drf.UUIDField()
    kind = drf.CharField()
    subject_noun = drf.CharField()
    subject_id = drf.UUIDField()
    state = drf.ChoiceField(choices=JobRow.State.values)
    progress_permille = drf.IntegerField()
    tries = drf.IntegerField()
    error = drf.CharField(allow_blank=True)
    created_at = drf.DateTimeField()
    started_at = drf.DateTimeField(allow_null=True)
    finished_at = drf.DateTimeField(allow_null=True)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Columns(drf.Field):
    """Columns by name, as the database writes them."""


class HistoryEntry(drf.Serializer):
    at = drf.DateTimeField()
    operation = drf.ChoiceField(choices=OPERATIONS)
    noun = drf.CharField()
    row_id = drf.UUIDField()
    person_id = drf.UUIDField(allow_null=True, help_text="null for a machine")
    door = drf.CharField(allow_blank=True)
    why = drf.CharField(allow_blank=True)
    before = Columns()
    after = Columns()


def series(row: catalog.Series) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "slug": row.slug,
        "titles": in_every_language(row, "title"),
        "taglines": in_every_language(row, "tagline"),
        "synopses": in_every_language(row, "synopsis"),
        "franchise": row.franchise,
        "season_number": row.season_number,
        "original_language": row.original_language,
        "planned_episodes": row.planned_episodes,
        "created_at": instant(row.created_at),
    }


def episode(row: catalog.Episode) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "series_id": str(row.series_id),
        "kind": row.kind,
        "number": row.number,
        "titles": in_every_language(row, "title"),
        "synopses": in_every_language(row, "synopsis"),
        "created_at": instant(row.created_at),
    }


def job(row: JobRow) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "subject_noun": row.subject_noun,
        "subject_id": str(row.subject_id),
        "state": row.state,
        "progress_permille": row.progress_permille,
        "tries": row.tries,
        "error": row.error,
        "created_at": instant(row.created_at),
        "started_at": instant(row.started_at),
        "finished_at": instant(row.finished_at),
    }


def entry(told: Entry) -> dict[str, Any]:
    return {
        "at": instant(told.at),
        "operation": told.operation,
        "noun": told.noun,
        "row_id": str(told.row_id),
        "person_id": str(told.person_id) if told.person_id else None,
        "door": told.door,
        "why": told.why,
        "before": told.before,
        "after": told.after,
    }
