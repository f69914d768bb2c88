"""PostgreSQL's multiranges of whole numbers as model fields: sets of frozen numbers that a constraint can compare."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.lookups import PostgresOperatorLookup
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range


def of_numbers(numbers: Iterable[int]) -> Multirange[int]:
    """The smallest multirange that holds exactly ``numbers``.

    >>> str(of_numbers([5, 1, 2, 3]))
    '{[1, 4), [5, 6)}'
    """
    ranges: list[Range[int]] = []
    for number in sorted(set(numbers)):
        if ranges and ranges[-1].upper == number:
            ranges[-1] = Range(ranges[-1].lower, number + 1)
        else:
            ranges.append(Range(number, number + 1))
    return Multirange(ranges)


#: Every number there is.
ALL: Multirange[int] = Multirange([Range(None, None)])


def numbers_in(multirange: Multirange[int]) -> list[int]:
    """The numbers that a bounded multirange holds, in order.

    >>> numbers_in(of_numbers([7, 1, 2]))
    [1, 2, 7]
    """
    return [
        number
        for part in multirange
        if part.lower is not None and part.upper is not None
        for number in range(part.lower, part.upper)
    ]


class Int4MultirangeField(models.Field):
    """A set of whole numbers."""

    description = "A set of whole numbers"

    def db_type(self, connection: Any) -> str:
        return "int4multirange"

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Multirange):
            return value
        return of_numbers(value)


@Int4MultirangeField.register_lookup
class SharesANumber(PostgresOperatorLookup):
    """``field__overlap=other``: the two sets have a number in common."""

    lookup_name = "overlap"
    postgres_operator = "&&"

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        sql, params = super().process_rhs(compiler, connection)
        return f"{sql}::int4multirange", params
