from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from studios.keys import SameStudio, parent
from studios.models import Move, PersonalText, StudioRow
from studios.searching import TextQuerySet
from titles.catalog.languages import METADATA_LANGUAGES
from titles.catalog.models.series import Series
from titles.catalog.texts import in_every_language


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

    def erase(self, *, by: Any, why: str = "") -> "Person":
        """Replace the person's name, in every language and wherever it is referred to, by a pseudonym. For good.

        Titles keep their credits, history and frozen documents their references and digests. Call it through
        titles.distribution.erasing, which also reaches what partners were told.
        """
        texts = in_every_language(self, "name")
        pseudonym = self.pseudonym()
        with transaction.atomic():
            PersonalText.objects.keep(self._meta.label_lower, [(self.pk, name) for name in texts.values()])
            names = {column: pseudonym for column in self.names() if getattr(self, column)}
            # Not of the language that happens to be active: of every one, as they are called here.
            type(self).objects.rewrite(False).filter(pk=self.pk).update(**names)
            PersonalText.objects.erase(self._meta.label_lower, [self.pk])
            Move.record(self, "", "erased", by=by, why=why)
        for column, name in names.items():
            setattr(self, column, name)
        return self

    def pseudonym(self) -> str:
        return f"Former cast member {str(self.pk)[-4:]}"

    @classmethod
    def names(cls) -> list[str]:
        """The columns with the name: the plain one, which repeats the English one, and one per language."""
        return ["name", *(build_localized_fieldname("name", code) for code, _name in METADATA_LANGUAGES)]


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
