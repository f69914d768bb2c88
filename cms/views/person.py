"""The page of a person of the cast or crew, and the erasure of their name."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from studios.admin import Button
from studios.models import User
from studios.roles import Action
from titles.catalog.admin import PersonAdmin
from titles.catalog.models import Person
from titles.distribution.erasing import erase_person


@dataclass(frozen=True)
class Erasing(Button):
    """A button that erases: the reason stays, so its form says what should not be written there."""

    why_help: Any = _("The reason is kept for good. Do not write the name in it.")


class PersonPage(PersonAdmin):
    buttons = (
        Erasing(
            "erase",
            _("Erase the name for good"),
            Action.MANAGE_STUDIO,
            _("The name is erased everywhere; partners are told the pseudonym."),
            asks_why=True,
            tone="danger",
        ),
    )

    def press(self, button: Button, row: Any, *, by: User, why: str) -> None:
        person: Person = row
        erase_person(person, by=by, why=why)
