from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studios.keys import SameStudio, parent
from studios.models import StatefulRow
from studios.notices import tell_the_mentioned
from titles.catalog.models import Cut
from titles.media.models.package import Package


class NotYours(Exception):
    """A note is taken back by whoever wrote it, and by nobody else."""


class Answered(Exception):
    """Somebody answered the note, so it stays."""


class State(models.TextChoices):
    OPEN = "open", _("open")
    RESOLVED = "resolved", _("resolved")


class PictureNoteQuerySet(models.QuerySet["PictureNote"]):
    def unresolved(self) -> "PictureNoteQuerySet":
        """Notes that somebody has yet to see to; answers belong to the note that they answer."""
        return self.filter(answers=None, state=State.OPEN)

    def as_the_film_runs(self) -> "PictureNoteQuerySet":
        return self.order_by("at_ms", "id")

    def newest_first(self) -> "PictureNoteQuerySet":
        return self.order_by("-created_at", "-id")


class PictureNote(StatefulRow):
    """What somebody said about a frame of a cut, ``at_ms`` from the first; or an answer to such a note.

    ``package`` is the picture that they saw. The text never changes; the state of an answer means nothing.
    """

    State = State

    cut: Any = models.ForeignKey(
        Cut, on_delete=models.PROTECT, db_constraint=False, related_name="picture_notes", verbose_name=_("cut")
    )
    package: Any = models.ForeignKey(
        Package, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", verbose_name=_("package")
    )
    answers: Any = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, db_constraint=False, related_name="answered_by"
    )
    at_ms = models.PositiveIntegerField(_("at"))
    text = models.TextField(_("note"))
    author: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.OPEN)

    objects = PictureNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture note")
        verbose_name_plural = _("picture notes")
        constraints = [
            parent(),
            SameStudio(field="cut"),
            SameStudio(field="package"),
            SameStudio(field="answers"),
        ]
        indexes = [
            models.Index(fields=["studio", "cut", "at_ms", "id"], name="notes_as_the_film_runs"),
            models.Index(fields=["studio", "-created_at", "-id"], name="notes_newest_first"),
        ]

    def __str__(self) -> str:
        seconds, ms = divmod(self.at_ms, 1000)
        return f"{self.cut}, {seconds // 60}:{seconds % 60:02}.{ms:03}"

    @classmethod
    def say(cls, text: str, *, cut: Cut, at_ms: int, by: Any, package: Package | None = None) -> "PictureNote":
        """Note ``text`` about the frame at ``at_ms``; whoever is mentioned in it is told."""
        note = cls.objects.create(cut=cut, package=package, at_ms=at_ms, text=text, author=by)
        tell_the_mentioned(note, text, by=by)
        return note

    def answer(self, text: str, *, by: Any) -> "PictureNote":
        """Answer this note, or the one that this one answers."""
        first = self.answers or self
        columns = {"cut_id": first.cut_id, "package_id": first.package_id, "at_ms": first.at_ms}
        note = type(self).objects.create(answers=first, text=text, author=by, **columns)
        tell_the_mentioned(note, text, by=by)
        return note

    def resolve(self, *, by: Any) -> "PictureNote":
        """Somebody has seen to it. Raises MovedOn."""
        return self.move(State.OPEN, State.RESOLVED, by=by)

    def reopen(self, *, by: Any) -> "PictureNote":
        """It was not seen to after all. Raises MovedOn."""
        return self.move(State.RESOLVED, State.OPEN, by=by)

    def take_back(self, *, by: Any) -> None:
        """Delete one's own note, which nobody has answered yet. Raises NotYours, Answered."""
        if by != self.author:
            raise NotYours(_now("Only whoever wrote a note can take it back; you can resolve it."))
        if self.answered_by.exists():
            raise Answered(_now("Somebody has answered this note meanwhile; resolve it instead."))
        self.delete()
