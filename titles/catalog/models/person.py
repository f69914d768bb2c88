from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StudioRow
from studios.searching import TextQuerySet
from titles.catalog.models.series import Series


class PersonQuerySet(TextQuerySet["Person"]):
    """People of the cast and crew, found by their names."""


class Person(StudioRow):
    """Somebody of the cast or crew; never a person who signs in (that is a User)."""

    name = models.CharField(_("name"), max_length=120)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("cast and crew")
        constraints = [parent()]
        indexes = [models.Index(fields=["studio", "name_en", "id"], name="people_by_name")]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    LEAD = "lead", _("lead")
    SUPPORTING = "supporting", _("supporting")
    DIRECTOR = "director", _("director")
    WRITER = "writer", _("writer")
    PRODUCER = "producer", _("producer")
    COMPOSER = "composer", _("composer")


class Credit(StudioRow):
    """What a person does in a series, as whom, and where in the billing."""

    Role = Role

    series: Any = models.ForeignKey(
        Series,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="credits",
        verbose_name=_("series"),
    )
    person: Any = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="credits",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.LEAD)
    character = models.CharField(_("character"), max_length=120, blank=True)
    billing = models.PositiveSmallIntegerField(_("billing"), default=1)

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        constraints = [
            parent(),
            SameStudio(field="series"),
            SameStudio(field="person"),
            models.UniqueConstraint(
                fields=["studio", "series", "person", "role"], name="one_credit_per_person_and_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"
