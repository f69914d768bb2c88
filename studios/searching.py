"""Finding rows by any part of their texts, by an index, although a policy stands before it.

PostgreSQL lets only leakproof operators reach an index through a policy, and LIKE is none: under row-level security it
would read every row of the studio. So each noun that is searched has one trigram index and one function of the owner's,
which keeps to the scope's studio itself and returns ids only.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Self, TypeVar

from django.db import models
from django.db.migrations.operations.base import Operation
from django.db.models import F, Func, Value
from django.utils.text import smart_split, unescape_string_literal

from studios.isolation import definer

Row = TypeVar("Row", bound=models.Model)

#: LIKE's own characters stand for themselves.
_FIND = r"""
DECLARE
    mine uuid := current_setting('octavo.studio')::uuid;
    pattern text := '%%' || regexp_replace(part, '([\\%%_])', '\\\1', 'g') || '%%';
BEGIN
    RETURN QUERY SELECT id FROM %(table)s WHERE studio_id = mine AND (%(texts)s) ILIKE pattern;
END
"""


class TextQuerySet(models.QuerySet[Row]):
    """Rows of a noun whose texts a migration has indexed with IndexTexts."""

    def containing(self, text: str) -> Self:
        """Rows with ``text`` inside one of their texts, in whatever language and case. No character is a wildcard."""
        if "\0" in text:  # the one character that no row holds and that PostgreSQL does not take
            return self.none()
        return self.filter(_among_found(_function(self.model._meta.db_table), text))

    def sought(self, word: str) -> Self:
        """What a person means by typing ``word`` over the list of this noun."""
        return self.containing(word)


class IndexTexts(Operation):
    """Let rows of ``model`` be found by any part of any of their ``columns``.

    All columns are one expression, so that one index serves eight languages: a generated column would do the same, and
    would double every text in each row, each Change and each export. The studio is the index's first part, so a
    search stays among its rows, however many studios have the word; where a word is too short for a trigram, the
    studio's own rows are read. Entries are written at once: put off, they would slow every search after an import.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, *, columns: Sequence[str]) -> None:
        self.model = model
        self.columns = columns

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        texts, function = joined(self.columns), _function(table)
        schema_editor.execute(
            f"CREATE INDEX {table}_texts ON {table} USING gin (studio_id, ({texts}) gin_trgm_ops)"
            " WITH (fastupdate = off)",
            params=None,
        )
        body = _FIND % {"table": table, "texts": texts}
        schema_editor.execute(definer(f"{function}(part text)", "SETOF uuid", body, language="plpgsql"), params=None)
        # A plan for any pattern would not know whether this one has trigrams, nor how many rows of whom it finds.
        schema_editor.execute(f"ALTER FUNCTION {function}(text) SET plan_cache_mode = force_custom_plan", params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP FUNCTION {_function(table)}(text)")
        schema_editor.execute(f"DROP INDEX {table}_texts")

    def describe(self) -> str:
        return f"Index the texts of {self.model}"

    @property
    def migration_name_fragment(self) -> str:
        return f"texts_of_{self.model.lower()}"


def joined(columns: Sequence[str]) -> str:
    """SQL of all ``columns`` as one text. No title runs over a line, so no part of it runs over two columns."""
    return " || E'\\n' || ".join(f"coalesce({column}, '')" for column in columns)


def words_of(typed: str) -> Iterator[str]:
    """The words that a person typed; quotation marks keep several together.

    >>> list(words_of('secret "married to" Ana'))
    ['secret', 'married to', 'Ana']
    """
    for word in smart_split(typed):
        is_quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
        yield unescape_string_literal(word) if is_quoted else word


def _among_found(function: str, text: str) -> Func:
    """``id = ANY (ARRAY (SELECT function(text)))``: IN would look each id up by a descent of its own through the index.

    As a set, the ids are sorted first and neighbours are found on the way: less than half the time for thousands.
    """
    ids = Func(Value(text), function=function, template="ANY (ARRAY (SELECT %(function)s(%(expressions)s)))")
    return Func(F("pk"), ids, template="%(expressions)s", arg_joiner=" = ", output_field=models.BooleanField())


def _function(table: str) -> str:
    return f"octavo_{table}_containing"
