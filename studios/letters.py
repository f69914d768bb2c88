"""What the letter of an invitation says and the page that made it does not: the mark of whoever reads that mailbox."""

import hmac

from django.utils.crypto import salted_hmac

#: The name of the parameter that links have in letters alone.
MAILED = "mailed"


def mark_of(secret: str) -> str:
    """What a letter adds to the link of an invitation: whoever is shown the link does not know it."""
    return salted_hmac("octavo.accounts.mailed", secret, algorithm="sha256").hexdigest()


def came_by_mail(secret: str, mark: str) -> bool:
    return hmac.compare_digest(mark.encode(), mark_of(secret).encode())
