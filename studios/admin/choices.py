"""Fields that take what no program can be harmed by: rows that there are, and days that have a midnight."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import DateField, ModelChoiceField


class DayChoice(DateField):
    """A day whose midnight, and that of the day after, exist in every time zone: calendars end at both ends."""

    default_validators = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class RowChoice(ModelChoiceField):
    """What is no id at all is refused like an id that is not there: Django would look it up to draw the form again."""

    def prepare_value(self, value: Any) -> Any:
        value = super().prepare_value(value)
        try:
            self.queryset.model._meta.pk.to_python(value)  # type: ignore[union-attr]  # every one has rows to choose from
        except ValidationError:
            return None
        return value
