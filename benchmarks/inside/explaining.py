"""What PostgreSQL says about a query that it has just executed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any, Protocol

from django.db import connection
from django.db.models import QuerySet

#: A ratio is the median of so many rounds; in each both sides are the fastest of some attempts, taken in turns,
#: since whatever else the machine does can only slow one down.
ROUNDS = 5
_ATTEMPTS = 7


@dataclass(frozen=True)
class Explained:
    planning_ms: float
    execution_ms: float
    rows: int
    #: The indexes through which the rows of ``table`` were read; empty where the whole table was.
    indexes: frozenset[str]


class Side(Protocol):
    """One way to execute a query: through which login and with which conditions."""

    def __call__(self) -> Explained: ...


def explained(rows: QuerySet[Any]) -> Explained:
    """Execute ``rows`` on the default connection."""
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", parameters)
        answer = cursor.fetchone()[0]
    told = (json.loads(answer) if isinstance(answer, str) else answer)[0]
    indexes = frozenset(_indexes_of(rows.model._meta.db_table, told["Plan"]))
    return Explained(told["Planning Time"], told["Execution Time"], int(told["Plan"]["Actual Rows"]), indexes)


def executed_ms(told: Explained) -> float:
    return told.execution_ms


def waited_ms(told: Explained) -> float:
    """What a person waits for: a function plans inside its execution what a plain query plans before."""
    return told.planning_ms + told.execution_ms


def ratio(ours: Side, theirs: Side, of: Callable[[Explained], float] = executed_ms) -> float:
    """How many times as long as ``theirs`` ``ours`` takes."""
    rounds = []
    for _round in range(ROUNDS):
        pairs = [(of(ours()), of(theirs())) for _attempt in range(_ATTEMPTS)]
        rounds.append(min(mine for mine, _theirs in pairs) / min(other for _mine, other in pairs))
    return median(rounds)


def _indexes_of(table: str, plan: dict[str, Any]) -> Iterator[str]:
    """A bitmap's index scans stand below the node that names the table."""
    if plan.get("Relation Name") == table:
        yield from _named(plan)
    for part in plan.get("Plans", []):
        yield from _indexes_of(table, part)


def _named(plan: dict[str, Any]) -> Iterator[str]:
    """What is computed for each row reads other tables."""
    if "Index Name" in plan:
        yield plan["Index Name"]
    for part in plan.get("Plans", []):
        if part["Parent Relationship"] not in ("SubPlan", "InitPlan"):
            yield from _named(part)
