"""``python -m benchmarks.inside.worker [SECONDS]``: does media work as a worker of the pool does, until it is ended.

No broker: it looks for due work itself. With SECONDS its clock goes wrong by that much.
"""

import importlib
import sys
import time

import django

_PAUSE_S = 0.1


def work_for_ever() -> None:
    tasks = importlib.import_module("titles.media.tasks")
    jobs = importlib.import_module("titles.jobs.models")
    does = {"transcode": tasks.transcode_masters, "compose": tasks.compose_cuts, "mend": tasks.mend_streams}
    while True:
        for kind in jobs.due_kinds():
            does.get(kind, lambda: None)()
        time.sleep(_PAUSE_S)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        right, wrong_by_s = time.time, float(sys.argv[1])
        time.time = lambda: right() + wrong_by_s
    django.setup()
    work_for_ever()
