"""Telling people what they should know: a line in their inbox, and a mail where they wish one (studios.mailing)."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from studios.models import Membership, Notice, User
from studios.roles import MAY, Action
from studios.waking import wake_the_mailer


def tell(
    person: User | None, kind: str, row: models.Model, sentence: Any, *, by: User | None = None, **words: Any
) -> Notice | None:
    """Put a line about ``row`` into the inbox of ``person``, a member of the scope's studio; None where nobody is told.

    ``sentence`` is a lazy translation with ``%(row)s`` and the ``words`` in it, and is written in the person's
    language. It names no people: their names stand in their accounts alone. Nobody is told of what they did
    themselves (``by``), and nobody who does not work here.
    """
    if person is None or person == by or not Membership.objects.current().filter(user=person).exists():
        return None
    with translation.override(person.language):
        text = str(sentence) % {"row": row, **words}
    notice = Notice.objects.create(person=person, kind=kind, sentence=text, noun=row._meta.label_lower, row_id=row.pk)
    transaction.on_commit(wake_the_mailer, robust=True)
    return notice


def tell_all(people: Iterable[User], kind: str, row: models.Model, sentence: Any, **words: Any) -> list[Notice]:
    """``tell`` each of ``people``; returns the notices that were written."""
    notices = [tell(person, kind, row, sentence, **words) for person in people]
    return [notice for notice in notices if notice is not None]


def tell_the_mentioned(row: models.Model, text: str, *, by: User | None) -> list[Notice]:
    """Tell every member whose ``@name`` or ``@e-mail`` stands in ``text``, something that was said about ``row``."""
    sentence = _("You are mentioned at %(row)s: %(text)s")
    return tell_all(mentioned(text), Notice.Kind.MENTION, row, sentence, by=by, text=text) if "@" in text else []


def mentioned(text: str) -> list[User]:
    """The members whose ``@name`` or ``@e-mail`` stands in ``text``, in the order of their names."""
    members = User.objects.filter(memberships__in=Membership.objects.current()).order_by("name", "id")
    return [member for member in members if any(_stands_in(text, word) for word in (member.name, member.email) if word)]


def members_who_may(action: Action) -> list[User]:
    """The people whose own roles allow ``action``, by name."""
    roles = [role for role, actions in MAY.items() if action in actions]
    memberships = Membership.objects.current().filter(roles__overlap=roles)
    return list(User.objects.filter(memberships__in=memberships, is_active=True).order_by("name", "id"))


def _stands_in(text: str, word: str) -> bool:
    """Whether ``@word`` stands in ``text``, and no longer word that only begins like it."""
    return re.search(rf"(?<!\w)@{re.escape(word)}(?![\w@])", text, re.IGNORECASE) is not None
