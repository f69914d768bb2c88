"""Whether an account was made by whoever reads the mail of its address.

A link that is shown to whoever invites may be opened by them: such an account may be anybody's. Whoever proves by a
letter that the mailbox is theirs takes it over, with nothing left in it of somebody else.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.conf import settings
from django.dispatch import receiver

from cms.accounts import second_factor
from studios.models import User


def is_proven(person: User) -> bool:
    return EmailAddress.objects.filter(user=person, verified=True).exists()


def prove(person: User) -> None:
    """The mailbox of the account's address is this person's."""
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})


@receiver(password_reset)
def take_over(sender: Any, user: User, **others: Any) -> None:
    """A new password by mail: what was enrolled before the mailbox was proven may be somebody else's.

    Where no mail goes out the link came from the operator, and proves nothing about a mailbox.
    """
    if not settings.MAIL_GOES_OUT:
        return
    if not is_proven(user):
        second_factor.take_away(user)
    prove(user)
