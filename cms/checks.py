"""System checks: every page of the desk stands on StudioAdmin, and the database keeps studios apart."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib.admin import site
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.models import Model

from cms.isolation import gaps
from studios.admin import ByRole, StudioAdmin
from studios.models import Studio, User

#: Options that open a way around ``get_queryset`` and the verbs.
_CLOSED = ("list_editable", "raw_id_fields", "save_as", "view_on_site", "date_hierarchy")


@register(Tags.admin)
def desk_is_closed(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every registered model, whoever registered it, and every inline of it."""
    return [
        *(
            Error(f"{model._meta.label} is registered on the desk without StudioAdmin.", id="octavo.E001")
            for model in site.turned_away  # type: ignore[attr-defined]
            if _is_ours(model)
        ),
        *(error for desk in site._registry.values() for error in _errors_of(desk)),
    ]


def _errors_of(desk: Any) -> Iterator[CheckMessage]:
    label = desk.model._meta.label
    if not isinstance(desk, StudioAdmin):
        yield Error(f"{label} is registered on the desk without StudioAdmin.", id="octavo.E001")
        return
    if not _is_of_a_studio(desk.model):
        yield Error(f"{label} is no row of a studio, so nothing limits what its pages show.", id="octavo.E002")
    for option in _CLOSED:
        if getattr(desk, option):
            yield Error(f"{type(desk).__name__}.{option} opens a way around the desk.", id="octavo.E003")
    yield from _errors_of_filters(desk)
    yield from _errors_of_choices(desk)
    for inline in desk.inlines:
        yield from _errors_of_choices(inline)
        if not issubclass(inline, ByRole):
            yield Error(f"{inline.__name__} of {label} is no RowsInline or CardsInline.", id="octavo.E005")
        if not _is_of_a_studio(inline.model):
            yield Error(f"{inline.__name__} of {label} shows rows of no studio.", id="octavo.E002")


def _errors_of_filters(desk: Any) -> Iterator[CheckMessage]:
    """A filter by a relation lists the rows that it leads to: people, and whatever is no studio's, are not listed."""
    for entry in desk.list_filter:
        name = entry[0] if isinstance(entry, Sequence) and not isinstance(entry, str) else entry
        if isinstance(name, str) and (target := _target(desk.model, name)) and not _is_of_a_studio(target):
            yield Error(f"The filter {name} of {type(desk).__name__} lists rows of all studios.", id="octavo.E004")


def _errors_of_choices(desk: Any) -> Iterator[CheckMessage]:
    """A field that leads to rows offers all that its table shows; only keys to people are narrowed (ByRole)."""
    options = desk.model._meta
    relations = [each for each in (*options.concrete_fields, *options.many_to_many) if each.is_relation]
    for field in relations:
        is_narrowed = field.related_model is User and not field.many_to_many
        if field.editable and field.name != "studio" and not is_narrowed and not _is_of_a_studio(field.related_model):
            name = desk.__name__ if isinstance(desk, type) else type(desk).__name__
            yield Error(f"The field {field.name} of {name} offers rows of all studios.", id="octavo.E006")


def _target(model: type[Model], path: str) -> Any:
    """The model that a chain of relations ends at; None where it ends in a plain column."""
    for part in path.split("__"):
        model = getattr(model._meta.get_field(part), "related_model", None)  # type: ignore[assignment]
        if model is None:
            return None
    return model


def _is_of_a_studio(model: type[Model]) -> bool:
    return model is Studio or any(field.name == "studio" for field in model._meta.concrete_fields)


def _is_ours(model: type[Model]) -> bool:
    return model.__module__.partition(".")[0] in {"cms", "studios", "titles", "localization"}


@register(Tags.database)
def studios_are_kept_apart(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Only as the product's own login: whoever migrates is the owner, and may have to mend this."""
    if not databases or connections["default"].settings_dict["USER"] != settings.APP_LOGIN:
        return []
    return [Error(sentence, id="octavo.E010") for sentence in gaps()]
