"""The shapes of the feed's JSON, for its OpenAPI document. Nothing is serialized with them: bodies are stored."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers as drf

from titles.catalog import models as catalog
from titles.distribution.models import FeedEntry, Grant


class Texts(drf.DictField):
    """A text by BCP 47 language tag; languages without a text are left out."""

    child = drf.CharField()


def _one_of(choices: Any) -> drf.ChoiceField:
    return drf.ChoiceField(choices=[(value, value) for value in choices])


class Tag(drf.Serializer):
    slug = drf.CharField()
    kind = _one_of(catalog.Tag.Kind.values)
    names = Texts()


class Credit(drf.Serializer):
    role = _one_of(catalog.Credit.Role.values)
    billing = drf.IntegerField(min_value=0)
    names = Texts()
    characters = Texts()


class Artwork(drf.Serializer):
    id = drf.UUIDField()
    kind = drf.CharField()
    width = drf.IntegerField(help_text="pixels")
    height = drf.IntegerField(help_text="pixels")
    bytes = drf.IntegerField()
    sha256 = drf.CharField()
    media_type = drf.CharField()
    url = drf.CharField()


class Series(drf.Serializer):
    id = drf.UUIDField()
    kind = _one_of([FeedEntry.Noun.SERIES.value])
    revision = drf.IntegerField(min_value=1, help_text="the number of the approved release")
    slug = drf.CharField()
    original_language = drf.CharField()
    franchise = drf.CharField(allow_blank=True)
    season_number = drf.IntegerField()
    episode_count = drf.IntegerField()
    titles = Texts()
    synopses = Texts()
    taglines = Texts()
    tags = Tag(many=True)
    credits = Credit(many=True)
    artwork = Artwork(many=True)


class Rendition(drf.Serializer):
    width = drf.IntegerField(help_text="pixels")
    height = drf.IntegerField(help_text="pixels")
    bandwidth = drf.IntegerField(help_text="peak, bits per second, with sound")
    average_bandwidth = drf.IntegerField(help_text="bits per second, with sound")
    codecs = drf.CharField(help_text="RFC 6381")
    frame_rate = drf.FloatField(help_text="frames per second")


class Edition(drf.Serializer):
    id = drf.UUIDField()
    digest = drf.CharField()
    hls_url = drf.CharField()
    dash_url = drf.CharField()
    renditions = Rendition(many=True)


class Sound(drf.Serializer):
    language = drf.CharField(help_text="BCP 47")
    role = drf.CharField()


class Subtitles(drf.Serializer):
    id = drf.UUIDField()
    language = drf.CharField(help_text="BCP 47")
    kind = drf.CharField()
    name = drf.CharField()
    sha256 = drf.CharField()
    url = drf.CharField()


class Poster(drf.Serializer):
    id = drf.UUIDField()
    width = drf.IntegerField(help_text="pixels")
    height = drf.IntegerField(help_text="pixels")
    sha256 = drf.CharField()
    url = drf.CharField()


class Cut(drf.Serializer):
    id = drf.UUIDField()
    name = drf.CharField(allow_blank=True, help_text="empty for the default cut")
    edition = Edition()
    audio = Sound(many=True)
    subtitles = Subtitles(many=True)
    poster = Poster()


class Right(drf.Serializer):
    territories = drf.ListField(child=drf.CharField(), help_text="ISO 3166-1 alpha-2")
    audio_languages = drf.ListField(child=drf.CharField())
    subtitle_languages = drf.ListField(child=drf.CharField())
    modes = drf.ListField(child=_one_of(Grant.Mode.values))
    until = drf.DateTimeField(allow_null=True, help_text="exclusive; null for no end")
    exclusive = drf.BooleanField()

    def get_fields(self) -> dict[str, drf.Field]:
        """``from`` is a word of Python."""
        return {**super().get_fields(), "from": drf.DateTimeField(help_text="inclusive")}


class Episode(drf.Serializer):
    id = drf.UUIDField()
    kind = _one_of([FeedEntry.Noun.EPISODE.value])
    episode_kind = _one_of(catalog.Episode.Kind.values)
    series_id = drf.UUIDField()
    number = drf.IntegerField(allow_null=True, help_text="null for what is no episode")
    revision = drf.IntegerField(min_value=1, help_text="the number of the approved release")
    titles = Texts()
    synopses = Texts()
    duration_ms = drf.IntegerField()
    cuts = Cut(many=True)
    rights = Right(many=True)


class _Entry(drf.Serializer):
    sequence = drf.IntegerField(min_value=1)
    id = drf.UUIDField()
    kind = _one_of(FeedEntry.Noun.values)
    revision = drf.IntegerField(min_value=1)
    effective_at = drf.DateTimeField()


class SeriesUpsert(_Entry):
    operation = _one_of([FeedEntry.Operation.UPSERT.value])
    kind = _one_of([FeedEntry.Noun.SERIES.value])
    body = Series()


class EpisodeUpsert(_Entry):
    operation = _one_of([FeedEntry.Operation.UPSERT.value])
    kind = _one_of([FeedEntry.Noun.EPISODE.value])
    body = Episode()


@extend_schema_field({"type": "null"})
class Nothing(drf.Field):
    """What a delete has for a body."""


class Delete(_Entry):
    operation = _one_of([FeedEntry.Operation.DELETE.value])
    reason = _one_of(["expired", "withdrawn", "legal", "replaced"])
    body = Nothing()


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="Entry",
        serializers=[SeriesUpsert, EpisodeUpsert, Delete],
        resource_type_field_name=None,
        many=True,
    )
)
class Entries(drf.Field):
    """Upserts and deletes in the order of their sequences."""


class Page(drf.Serializer):
    entries = Entries()
    next_cursor = drf.CharField(help_text="opaque; ask with it next time, also when there is no more now")
    has_more = drf.BooleanField()


class Refusal(drf.Serializer):
    code = drf.CharField()
    detail = drf.CharField(help_text="one plain sentence")
