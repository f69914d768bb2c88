"""Reproducible measurements, run by `manage.py benchmark`: each module has one ``measure() -> Iterable[Figure]``."""

from typing import NamedTuple


class Figure(NamedTuple):
    """One measured value and what it should be: at most ``goal`` (None: no goal)."""

    what: str
    value: float
    unit: str
    goal: float | None = None

    def __str__(self) -> str:
        verdict = ""
        if self.goal is not None:
            verdict = f"  (goal: at most {self.goal:g} {self.unit}{'' if self.value <= self.goal else ', MISSED'})"
        return f"{self.what:<58} {self.value:>9.2f} {self.unit}{verdict}"
