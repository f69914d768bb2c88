"""What a page's forms send, as a browser would, so that one value after another can be forged."""

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm, FileField, ModelChoiceField, ModelMultipleChoiceField


def forms_of(response: Any) -> list[BaseForm]:
    """The form of an admin page, with those of its inlines."""
    context = response.context
    if context is None or "adminform" not in context:
        return []
    inlines = [form for inline in context.get("inline_admin_formsets", []) for form in inline.formset.forms]
    return [context["adminform"].form, *inlines]


def sent_by(response: Any) -> dict[str, Any]:
    """Everything that the page's form sends when nothing is touched."""
    data: dict[str, Any] = {"_save": "Save"}
    for form in forms_of(response):
        data |= _values(form)
    for inline in (response.context or {}).get("inline_admin_formsets", []):
        data |= _values(inline.formset.management_form)
    return data


def choices_in(response: Any) -> Iterator[tuple[str, type]]:
    """Names of the inputs that take the id of another row, with the model of that row."""
    for form in forms_of(response):
        for name, field in form.fields.items():
            if isinstance(field, ModelChoiceField | ModelMultipleChoiceField):
                yield form.add_prefix(name), field.queryset.model


def prefixes_in(response: Any) -> Iterator[tuple[str, type]]:
    """Prefixes of the inlines of a page, with the models of their rows."""
    for inline in (response.context or {}).get("inline_admin_formsets", []):
        yield inline.formset.prefix, inline.formset.model


def _values(form: BaseForm) -> dict[str, Any]:
    values = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if isinstance(field, FileField) or value in (None, False):
            continue
        if hasattr(field.widget, "decompress") and not isinstance(value, list | str):
            parts = zip(field.widget.widgets_names, field.widget.decompress(value), strict=True)
            values |= {f"{form.add_prefix(name)}{suffix}": part for suffix, part in parts if part is not None}
        elif isinstance(value, list):
            values[form.add_prefix(name)] = [_plain(each) for each in value]
        else:
            values[form.add_prefix(name)] = _plain(value)
    return values


def _plain(value: Any) -> Any:
    return getattr(value, "pk", value)
