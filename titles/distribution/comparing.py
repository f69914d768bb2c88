"""What a release says that the one before it did not: the reviewer of a change wants to see the change."""

from collections.abc import Iterator
from typing import Any, NamedTuple

#: Addresses and digests change with every edition and say nothing to a person.
_SILENT = frozenset({"id", "digest", "sha256", "url", "hls_url", "dash_url", "bandwidth", "average_bandwidth"})


class Difference(NamedTuple):
    """A value at a path of both documents; None where one of them has none."""

    path: tuple[str, ...]
    before: Any
    after: Any


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """The values that differ, in the order of their paths.

    >>> old = {"titles": {"en": "Rain"}, "cuts": [{"subtitles": [{"language": "es", "sha256": "1"}]}]}
    >>> new = {"titles": {"en": "Rain", "fr": "Pluie"}, "cuts": [{"subtitles": [{"language": "es", "sha256": "2"}]}]}
    >>> differences(old, new)
    [Difference(path=('titles', 'fr'), before=None, after='Pluie')]
    """
    old, new = dict(_flat(before)), dict(_flat(after))
    paths = sorted(old.keys() | new.keys())
    return [Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _SILENT:
                yield from _flat(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value, start=1):
            yield from _flat(
                inner, (*path, str(inner.get("language", place)) if isinstance(inner, dict) else str(place))
            )
    elif value not in (None, ""):
        yield path, value
