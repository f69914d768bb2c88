from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from studios.scope import current_studio


class MovedOn(Exception):
    """The row is no longer in the state that the verb starts from: somebody else was faster."""


class Change(models.Model):
    """One change of one tenant row, written by a database trigger: no door escapes it and nobody can forge it.

    ``row`` is the old row of an update or delete and the new row of an insert; what a row looked like after an
    update is the next Change's ``row``, or the row itself. In the place of a personal value it holds
    ``{"personal": "<id of a PersonalText>"}``.
    """

    studio = models.ForeignKey(
        "studios.Studio", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    noun = models.CharField(max_length=64)
    row_id = models.UUIDField()
    operation = models.CharField(max_length=6)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    door = models.CharField(max_length=16)
    at = models.DateTimeField()
    row = models.JSONField()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [
            models.Index(fields=["studio", "noun", "row_id", "id"], name="change_of_row"),
            models.Index(fields=["studio", "at", "id"], name="change_in_time"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.noun} {self.row_id}"


class CurrentDoor(models.Func):
    """The door of the scope that a row is written in, as the database knows it."""

    template = "coalesce(nullif(current_setting('octavo.door', true), ''), 'database')"
    output_field = models.CharField()


class Move(models.Model):
    """Who moved what from which state to which, when, why and through which door; written with the move itself."""

    studio = models.ForeignKey(
        "studios.Studio", on_delete=models.DO_NOTHING, default=current_studio, db_index=False, related_name="+"
    )
    noun = models.CharField(max_length=64)
    row_id = models.UUIDField()
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    why = models.TextField(blank=True)
    door = models.CharField(max_length=16, db_default=CurrentDoor())
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        indexes = [
            models.Index(fields=["studio", "noun", "row_id", "id"], name="move_of_row"),
            models.Index(fields=["studio", "at", "id"], name="move_in_time"),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

    @classmethod
    def record(cls, row: models.Model, from_state: str, to_state: str, *, by: Any, why: str = "") -> None:
        cls.objects.create(
            noun=row._meta.label_lower,
            row_id=row.pk,
            from_state=from_state,
            to_state=to_state,
            person=by,
            why=why,
        )


class Stateful(models.Model):
    """A row with one ``state`` column that only ``move`` writes."""

    state: Any

    class Meta:
        abstract = True

    def move(self, expected: str | Iterable[str], new: str, *, by: Any, why: str = "", **together: Any) -> Self:
        """Set the state, and the columns ``together``, if it is still one of ``expected``; leave one Move.

        Raises MovedOn when another was faster.
        """
        allowed = [expected] if isinstance(expected, str) else list(expected)
        with transaction.atomic():
            before = (
                type(self)
                ._base_manager.select_for_update()
                .filter(pk=self.pk, state__in=allowed)
                .values_list("state", flat=True)
                .first()
            )
            if before is None:
                raise MovedOn(
                    _("%(row)s is no longer %(state)s; look at it again.")
                    % {"row": self, "state": " / ".join(str(self._label_of(each)) for each in allowed)}
                )
            type(self)._base_manager.filter(pk=self.pk).update(state=new, **together)
            Move.record(self, before, new, by=by, why=why)
        self.state = new
        for column, value in together.items():
            setattr(self, column, value)
        return self

    def moves(self) -> models.QuerySet[Move]:
        """What happened to this row, oldest first."""
        return Move.objects.filter(noun=self._meta.label_lower, row_id=self.pk).order_by("id")

    def _label_of(self, state: str) -> str:
        field: Any = self._meta.get_field("state")
        return str(dict(field.choices).get(state, state))
