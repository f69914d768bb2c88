"""The examples in the docstrings hold."""

import doctest
import importlib
import pkgutil

import pytest

from localization import formats

MODULES = [module.name for module in pkgutil.iter_modules(formats.__path__, "localization.formats.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS

    assert doctest.testmod(importlib.import_module(name), optionflags=flags).failed == 0
