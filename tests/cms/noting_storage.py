"""A store that notes whether a transaction was open when a file came to it."""

from typing import ClassVar

from django.core.files.storage import FileSystemStorage
from django.db import connection


class NotingStorage(FileSystemStorage):
    in_transaction: ClassVar[list[bool]] = []

    def path(self, name: str) -> str:
        """Asked for once per file that is written; without a name it is about the room that there is."""
        if name:
            self.in_transaction.append(connection.in_atomic_block)
        return super().path(name)
