"""Everything that the database holds, as text: for tests that something is nowhere any more."""

from django.db import connection

from cms.owner import as_owner


def everything() -> dict[str, str]:
    """By table: all its rows as text, of all studios, read past every policy as the owner of the tables."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name"
        )
        tables = [name for (name,) in cursor.fetchall()]
        dumped = {}
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(kept::text, E'\\n'), '') FROM \"{table}\" AS kept")  # noqa: S608
            dumped[table] = cursor.fetchone()[0]
    return dumped


def tables_with(*words: str) -> list[str]:
    """The tables in which any of ``words`` stands, however it is written in JSON."""
    spellings = {spelling for word in words for spelling in (word, word.encode("unicode_escape").decode())}
    return [table for table, text in everything().items() if any(word.lower() in text.lower() for word in spellings)]
