#!/usr/bin/env python3
"""The front door of Octavo: on a bare machine it first makes its own environment, then runs the command."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever reads this line may be older
    sys.exit("Octavo needs Python 3.11 or newer, and this is {}.{}: try python3.11 manage.py".format(*sys.version_info))

import importlib
from pathlib import Path

from cms import bootstrap


def main() -> int:
    try:
        bootstrap.enter(Path(__file__).resolve().parent, command="".join(sys.argv[1:2]))
    except bootstrap.CannotPrepare as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    # Only now are the packages there that everything else is made of.
    return importlib.import_module("cms.embedded.commands").run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
