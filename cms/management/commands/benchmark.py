"""``manage.py benchmark``: the measurements of benchmarks/, each beside its goal or its baseline."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import benchmarks

_OPTIONS = ("seconds", "runs", "seed")


class Command(BaseCommand):
    help = "Measure, and print each figure beside its goal or against its baseline of the same run."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help=f"one of: {', '.join(names())}; all when absent")
        parser.add_argument("--seconds", type=int, help="how long the films are; less is quicker and less certain")
        parser.add_argument("--runs", type=int, help="how often each thing is tried")
        parser.add_argument("--seed", type=int, help="repeat the random moments of a run that printed it")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *, name: str | None, json: bool, **options: Any) -> None:
        given = {option: options[option] for option in _OPTIONS if options[option] is not None}
        if name is not None and name not in names():
            raise CommandError(f"There is no benchmark {name}; there are: {', '.join(names())}.")
        figures = {each: self._measured(each, given, quietly=json) for each in ([name] if name else names())}
        if json:
            self._print_json(figures)

    def _measured(self, name: str, given: dict[str, int], *, quietly: bool) -> list[benchmarks.Figure]:
        module = importlib.import_module(f"benchmarks.{name}")
        if not quietly:
            self.stdout.write(f"{name}: {(module.__doc__ or '').splitlines()[0]}")
        figures = []
        for figure in module.measure(**_understood(module.measure, given)):
            figures.append(figure)
            if not quietly:
                self.stdout.write(f"  {figure}")
        return figures

    def _print_json(self, figures: dict[str, list[benchmarks.Figure]]) -> None:
        self.stdout.write(
            json.dumps({name: [each._asdict() for each in measured] for name, measured in figures.items()}, indent=1)
        )


def _understood(measure: Callable[..., Any], given: dict[str, int]) -> dict[str, int]:
    """Those of the options that this benchmark has."""
    return {option: value for option, value in given.items() if option in inspect.signature(measure).parameters}


def names() -> list[str]:
    """Every module of benchmarks/ is one benchmark; its packages hold what several of them share."""
    return sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.ispkg)
