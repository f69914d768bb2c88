"""Which texts exist in the eight languages; modeltranslation adds a column per language."""

from modeltranslation.translator import TranslationOptions, register

from titles.catalog.models import Credit, Episode, Person, Series, Tag


@register(Series)
class SeriesTexts(TranslationOptions):
    fields = ("title", "tagline", "synopsis")


@register(Episode)
class EpisodeTexts(TranslationOptions):
    fields = ("title", "synopsis")


@register(Person)
class PersonTexts(TranslationOptions):
    fields = ("name",)


@register(Credit)
class CreditTexts(TranslationOptions):
    fields = ("character",)


@register(Tag)
class TagTexts(TranslationOptions):
    fields = ("name",)
