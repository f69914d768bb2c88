"""Secrets that must be read back (a webhook's key, a store's password) are encrypted at rest."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Undecipherable(Exception):
    """The secret was encrypted with a key that this installation no longer has."""


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encipher(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decipher(text: str) -> str:
    """Raises Undecipherable."""
    try:
        return _fernet().decrypt(text.encode()).decode()
    except InvalidToken:
        raise Undecipherable(
            "A stored secret cannot be read with the keys of this installation: put the old key into "
            "OCTAVO_ENCRYPTION_KEYS, after the new one."
        ) from None


class SecretField(models.TextField):
    """A text that is encrypted in the database (and so in every backup and audit row) and plain in Python."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encipher(value) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decipher(value) if value else value
