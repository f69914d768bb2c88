"""Series, episodes, people and tags on the desk. Texts stand in one tab per language."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.fields import TranslationField
from modeltranslation.utils import build_localized_fieldname
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from studios.admin import CardsInline, LongListAdmin, RowsInline, StudioAdmin
from studios.admin.base import StudioForm
from studios.roles import Action
from titles.catalog.languages import METADATA_LANGUAGES, OWN_NAMES, bcp47, language_name
from titles.catalog.models import Artwork, Credit, Episode, Person, Series, SeriesTag, Tag
from titles.catalog.pictures import Unusable, open_picture


def language_tabs(*fields: str) -> list[tuple[str, dict[str, Any]]]:
    """One fieldset per language with the columns of ``fields``, shown as tabs that are named as the language calls
    itself."""
    return [
        (
            language_name(bcp47(code)),
            {"classes": ["tab"], "fields": [build_localized_fieldname(field, code) for field in fields]},
        )
        for code, _name in METADATA_LANGUAGES
    ]


def in_all_languages(field: str) -> list[str]:
    """The columns of a translated ``field``: never search or sort by the bare one."""
    return [build_localized_fieldname(field, code) for code, _name in METADATA_LANGUAGES]


class Texts:
    """Inputs of translated columns carry their language and direction; the English one of ``required`` is a must."""

    required: ClassVar[tuple[str, ...]] = ()

    def formfield_for_dbfield(self, db_field: Field, request: Any, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(db_field, TranslationField) and formfield is not None:
            code = db_field.language
            formfield.widget.attrs |= {"lang": bcp47(code), "dir": "rtl" if code == "ar" else "ltr"}
            formfield.label = capfirst(str(db_field.translated_field.verbose_name))
            formfield.required = code == "en" and db_field.translated_field.name in self.required
        return formfield


class SeriesForm(StudioForm):
    original_language = forms.ChoiceField(
        label=_("Original language"), choices=list(OWN_NAMES.items()), widget=UnfoldAdminSelectWidget(), initial="en"
    )


class CreditInline(Texts, CardsInline):
    model = Credit
    writing = Action.EDIT_CATALOG
    tab = True
    verbose_name_plural = _("Cast and crew")
    autocomplete_fields = ["person"]
    fieldsets = [
        (None, {"fields": [("person", "role", "billing")]}),
        (None, {"fields": [tuple(in_all_languages("character")[:4]), tuple(in_all_languages("character")[4:])]}),
    ]
    ordering = ["billing", "id"]

    def get_queryset(self, request: Any) -> QuerySet[Credit]:
        return super().get_queryset(request).select_related("person")

    def formfield_for_dbfield(self, db_field: Field, request: Any, **kwargs: Any) -> Any:
        """A character has eight names on one card, so here each says which language it is in."""
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, TranslationField) and formfield is not None:
            formfield.label = _("Character, %s") % language_name(bcp47(db_field.language))
        return formfield


class TagInline(RowsInline):
    model = SeriesTag
    writing = Action.EDIT_CATALOG
    tab = True
    verbose_name_plural = _("Tags")
    autocomplete_fields = ["tag"]
    ordering = ["id"]

    def get_queryset(self, request: Any) -> QuerySet[SeriesTag]:
        return super().get_queryset(request).select_related("tag")


class ArtworkForm(StudioForm):
    """A new picture is decoded and measured before it is kept; of an old one only the focal point changes."""

    class Meta:
        model = Artwork
        fields = ["purpose", "file", "focal_x", "focal_y"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["purpose"].disabled = self.fields["file"].disabled = True
        for name in ("focal_x", "focal_y"):
            self.fields[name].widget.attrs |= {"min": "0", "max": "1", "step": "0.01"}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if self.instance._state.adding:
            try:
                open_picture(file)
            except Unusable as reason:
                raise ValidationError(str(reason)) from None
            file.seek(0)
        return file

    def save(self, commit: bool = True) -> Artwork:
        if not self.instance._state.adding:
            return super().save(commit)
        fields = self.cleaned_data
        kept = Artwork.keep(fields["file"], series=self.instance.series, purpose=fields["purpose"])
        kept.focal_x, kept.focal_y = fields["focal_x"], fields["focal_y"]
        kept.save(update_fields=["focal_x", "focal_y"])
        self.instance = kept
        return kept


class ArtworkInline(RowsInline):
    """The composition root adds the thumbnail: addresses of pictures come from an upper room."""

    model = Artwork
    form = ArtworkForm
    writing = Action.EDIT_CATALOG
    tab = True
    verbose_name_plural = _("Artwork")
    may_delete = False  # releases name pictures, and a release never changes
    fields = ["purpose", "file", "size", "focal_x", "focal_y"]
    readonly_fields = ["size"]
    ordering = ["-created_at", "id"]

    @display(description=_("size"))
    def size(self, artwork: Artwork) -> str:
        return f"{artwork.width_px}×{artwork.height_px}" if artwork.width_px else ""


class SeriesAdmin(Texts, StudioAdmin):
    form = SeriesForm
    writing = Action.EDIT_CATALOG
    required = ("title",)
    list_display = ["title_shown", "franchise", "season_number", "original_language", "episode_count", "created_at"]
    search_fields = [*in_all_languages("title"), "slug"]
    prepopulated_fields = {"slug": ["title_en"]}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("slug", "original_language"),
                    ("franchise", "season_number", "planned_episodes"),
                ]
            },
        ),
        *language_tabs("title", "tagline", "synopsis"),
    ]
    inlines = [CreditInline, TagInline, ArtworkInline]

    def get_queryset(self, request: Any) -> QuerySet[Series]:
        series: Any = super().get_queryset(request)
        return series.with_episode_count()

    def get_ordering(self, request: Any) -> list[str]:
        return ["title_en", "id"]

    @display(description=_("title"), ordering="title_en")
    def title_shown(self, series: Series) -> str:
        return str(series)

    @display(description=_("episodes"), ordering="episode_count")
    def episode_count(self, series: Any) -> int:
        return series.episode_count


class OfSeries(AutocompleteSelectFilter):
    title = _("series")


class EpisodeAdmin(Texts, LongListAdmin):
    writing = Action.EDIT_CATALOG
    required = ("title",)
    list_display = ["label", "series", "kind", "created_at"]
    list_display_links = ["label"]
    list_select_related = ["series"]
    list_filter = [("series", OfSeries), "kind"]
    list_filter_submit = True
    search_fields = ["=number", *in_all_languages("title"), *(f"series__{each}" for each in in_all_languages("title"))]
    autocomplete_fields = ["series"]
    fieldsets = [(None, {"fields": [("series", "kind", "number")]}), *language_tabs("title", "synopsis")]

    def get_ordering(self, request: Any) -> list[str]:
        return ["series__title_en", "number", "id"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        """An episode stays in its series: releases, grants and what partners were told hang on it."""
        return [*super().get_readonly_fields(request, obj), *(["series"] if obj else [])]

    @display(description=_("episode"), ordering="number")
    def label(self, episode: Episode) -> str:
        return str(episode)


class PersonAdmin(Texts, StudioAdmin):
    writing = Action.EDIT_CATALOG
    required = ("name",)
    list_display = ["name_shown"]
    search_fields = in_all_languages("name")
    fieldsets = language_tabs("name")

    def get_ordering(self, request: Any) -> list[str]:
        return ["name_en", "id"]

    @display(description=_("name"), ordering="name_en")
    def name_shown(self, person: Person) -> str:
        return str(person)


class TagAdmin(Texts, StudioAdmin):
    writing = Action.EDIT_CATALOG
    required = ("name",)
    list_display = ["name_shown", "kind", "slug"]
    list_filter = ["kind"]
    search_fields = [*in_all_languages("name"), "slug"]
    prepopulated_fields = {"slug": ["name_en"]}
    fieldsets = [(None, {"fields": [("slug", "kind")]}), *language_tabs("name")]

    def get_ordering(self, request: Any) -> list[str]:
        return ["kind", "name_en", "id"]

    @display(description=_("name"), ordering="name_en")
    def name_shown(self, tag: Tag) -> str:
        return str(tag)
