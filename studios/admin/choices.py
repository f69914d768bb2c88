"""Fields that choose a row by its id."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField


class RowChoice(ModelChoiceField):
    """What is no id at all is refused like an id that is not there: Django would look it up to draw the form again."""

    def prepare_value(self, value: Any) -> Any:
        value = super().prepare_value(value)
        try:
            self.queryset.model._meta.pk.to_python(value)  # type: ignore[union-attr]  # every one has rows to choose from
        except ValidationError:
            return None
        return value
