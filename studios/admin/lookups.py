"""What the address of a list may ask for: the filters that the list offers, and nothing else.

Django lets any column of the row's own table be asked for, so that whoever may see a list could guess, letter by
letter, what stands in a column that no page shows.
"""

import re
from collections.abc import Iterable
from typing import Any

#: How the filters of Django and unfold ask for a value, a set, a row, a range.
_ASKED = r"(__(id__|pk__)?(exact|in)|__isnull|__gte?|__lte?|_(from|to)(_[01])?)?"


def is_offered(lookup: str, filters: Iterable[Any], declared: Iterable[str]) -> bool:
    """Whether ``lookup`` belongs to one of ``filters`` (as ``list_filter`` has them) or is ``declared``.

    >>> [is_offered(each, ["state", ("series", object)], ["kind__in"]) for each in
    ...  ["state__exact", "series__id__exact", "kind__in", "state__startswith", "series__slug__exact", "row__a"]]
    [True, True, True, False, False, False]
    """
    return lookup in declared or any(_asks(lookup, each) for each in filters)


def _asks(lookup: str, filter_: Any) -> bool:
    name = getattr(filter_, "parameter_name", None)
    if name is not None:
        return lookup == name
    field = filter_ if isinstance(filter_, str) else filter_[0]
    return re.fullmatch(re.escape(field) + _ASKED, lookup) is not None
