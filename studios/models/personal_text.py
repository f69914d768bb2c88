from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from studios.models.studio import StudioRow
from studios.scope import current_studio

#: A text as the audit and frozen documents have it: ``{"personal": "<id of a PersonalText>"}``.
Reference = dict[str, str]
Said = tuple[UUID, str]


class PersonalTextQuerySet(models.QuerySet["PersonalText"]):
    def keep(self, noun: str, said: Collection[Said]) -> None:
        """Make a reference to each of the texts ``said`` (whose row, what) of rows of ``noun``; one statement."""
        rows, texts = [row for row, _text in said], [text for _row, text in said]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT octavo_keep_personal_text(%s, %s, each.of_row, each.said)"
                " FROM unnest(%s::uuid[], %s::text[]) AS each (of_row, said)",
                [current_studio(), noun, rows, texts],
            )

    def references(self, noun: str, rows: Iterable[UUID]) -> dict[Said, Reference]:
        """The references that there are to texts of these rows of ``noun``; one statement."""
        found = self.filter(noun=noun, row_id__in=list(rows), erased_at=None).order_by("-id")
        # Of two that were kept at the same moment the smaller id is left, as octavo_keep_personal_text chooses.
        return {(row, text): {"personal": str(pk)} for row, text, pk in found.values_list("row_id", "text", "id")}

    def erase(self, noun: str, rows: Iterable[UUID]) -> None:
        """Replace all texts of these rows of ``noun`` by a pseudonym, which the database chooses; one statement."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_erase_personal_texts(%s, %s::uuid[])", [noun, list(rows)])

    def told(self, recorded: Any) -> Any:
        """``recorded`` (JSON) with the texts in the place of the references; one statement, none without references."""
        wanted = set(references_in(recorded))
        if not wanted:
            return recorded
        texts = {str(pk): text for pk, text in self.filter(pk__in=wanted).values_list("pk", "text")}
        return with_texts(recorded, texts)


class PersonalText(StudioRow):
    """A name or an address that the audit and frozen documents refer to instead of holding it.

    An erasure replaces ``text``; whatever refers to it, and every digest over that, stays as it is. ``noun`` and
    ``row_id`` say whose it is.
    """

    noun = models.CharField(max_length=64)
    row_id = models.UUIDField()
    text = models.TextField()
    erased_at = models.DateTimeField(null=True)

    objects = PersonalTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal text")
        verbose_name_plural = _("personal texts")
        indexes = [models.Index(fields=["studio", "noun", "row_id"], name="personal_text_of_row")]

    def __str__(self) -> str:
        return self.text


def references_in(recorded: Any) -> Iterable[str]:
    """The ids of the personal texts that ``recorded`` (JSON) refers to.

    >>> list(references_in({"names": {"en": {"personal": "7f3a"}}, "billing": 1}))
    ['7f3a']
    """
    if isinstance(recorded, dict):
        if recorded.keys() == {"personal"}:
            yield str(recorded["personal"])
            return
        recorded = recorded.values()
    elif not isinstance(recorded, list):
        return
    for inner in recorded:
        yield from references_in(inner)


def with_texts(recorded: Any, texts: dict[str, str]) -> Any:
    """``recorded`` (JSON) with ``texts`` by id in the place of the references; one that is unknown becomes empty.

    >>> with_texts({"names": {"en": {"personal": "7f3a"}}, "billing": 1}, {"7f3a": "Mina Park"})
    {'names': {'en': 'Mina Park'}, 'billing': 1}
    """
    if isinstance(recorded, dict):
        if recorded.keys() == {"personal"}:
            return texts.get(str(recorded["personal"]), "")
        return {key: with_texts(inner, texts) for key, inner in recorded.items()}
    if isinstance(recorded, list):
        return [with_texts(inner, texts) for inner in recorded]
    return recorded
