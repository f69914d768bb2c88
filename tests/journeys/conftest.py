"""Real workers on the test database, and ways to wait for what they do."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from cms.embedded import parts
from cms.embedded.child import Part
from studios.models import Studio
from studios.scope import scope
from titles.jobs.children import dying_with
from titles.jobs.models import Job

#: Short enough that a killed worker's job is taken over within a test.
SHORT_TIMES = {
    "OCTAVO_JOB_LEASE_S": "4",
    "OCTAVO_JOB_HEARTBEAT_S": "0.5",
    "OCTAVO_JOB_SWEEP_S": "1",
    "OCTAVO_JOB_RETRY_FIRST_S": "0.5",
    "OCTAVO_QUALITY": "preview",
    "OCTAVO_UPLOAD_LEASE_S": "3",
    "OCTAVO_PRIVATE_PARTNER_HOSTS": "127.0.0.1",
    "OCTAVO_DROPBOX_FOLDERS": tempfile.gettempdir(),
}


def start(part: Part) -> subprocess.Popen[bytes]:
    """Start one part of Octavo on the test database; it dies with the test run."""
    database = settings.DATABASES["default"]
    environment = {
        **os.environ,
        **part.environment,
        **SHORT_TIMES,
        "OCTAVO_HOME": str(settings.HOME),
        "DATABASE_URL": f"postgresql://{database['USER']}@/{connection.settings_dict['NAME']}?host={database['HOST']}",
    }
    return subprocess.Popen(
        part.command,
        env=environment,
        cwd=settings.BASE_DIR,
        pass_fds=part.handles,
        start_new_session=True,
        preexec_fn=dying_with(os.getpid()),
        stdout=(settings.HOME / f"{part.name}.log").open("ab"),
        stderr=subprocess.STDOUT,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a part and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)


@contextmanager
def playing(*chosen: Part) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Let ``chosen`` parts run for the length of the block."""
    processes = [start(part) for part in chosen]
    try:
        yield processes
    finally:
        for process in processes:
            end(process)


@pytest.fixture
def workers(transactional_db: None) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Both pools and the beat, as `manage.py up` starts them."""
    with playing(parts.media(1), parts.general(), parts.beat()) as processes:
        yield processes


@pytest.fixture
def until(lantern: Studio) -> Callable[..., Any]:
    """``until(found)`` looks in Lantern's scope until ``found()`` is true; a job that failed ends the wait."""

    def wait(found: Callable[[], Any], *, within_s: float = 60) -> Any:
        ends_at_s = time.monotonic() + within_s
        while True:
            with scope(lantern):
                answer = found()
                failed = Job.objects.filter(state=Job.State.FAILED).first()
                jobs = [f"{job.kind} {job.state} {job.error}" for job in Job.objects.newest_first()]
            if answer:
                return answer
            assert failed is None, failed.error
            assert time.monotonic() < ends_at_s, jobs
            time.sleep(0.2)

    return wait
