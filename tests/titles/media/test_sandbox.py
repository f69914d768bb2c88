import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.titles.media.footage import film
from tests.titles.media.watching import children
from titles.media.binaries import locate, reads_descriptors
from titles.media.sandbox import (
    Cancelled,
    Limits,
    TookTooLong,
    WroteTooMuch,
    hostile_input,
    run,
)
from titles.media.walls import Isolation, NoWalls, has_bubblewrap, has_landlock

pytestmark = pytest.mark.media

ENDLESS = ["-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2", "-f", "null", "-"]
ONE_PICTURE = ["-f", "lavfi", "-i", "testsrc2", "-frames:v", "1"]
SPINNING = ["/bin/sh", "-c", "while :; do :; done"]


def test_a_run_tells_what_it_said_and_what_it_cost(tmp_path):
    finished = run(["/bin/sh", "-c", "echo result; echo complaint >&2; exit 3"], work_folder=tmp_path)

    assert (finished.exit_code, finished.stdout, finished.stderr_tail) == (3, b"result\n", "complaint\n")
    assert 0 < finished.cpu_s < 5 and finished.wall_s > 0 and finished.memory_peak_bytes > 0


def test_lines_are_handed_over_as_they_come_and_the_last_needs_no_line_end(tmp_path):
    lines, complaints = [], []

    script = "printf 'one\\ntwo\\r\\nthree'; printf 'oh\\nno' >&2"
    run(["/bin/sh", "-c", script], work_folder=tmp_path, on_line=lines.append, on_log_line=complaints.append)

    assert (lines, complaints) == (["one", "two", "three"], ["oh", "no"])


def test_the_head_of_results_and_the_tail_of_complaints_are_kept(tmp_path):
    script = "i=0; while [ $i -lt 500 ]; do echo $i; echo $i >&2; i=$((i+1)); done"
    limits = Limits(stdout_bytes=4, stderr_bytes=8)

    finished = run(["/bin/sh", "-c", script], work_folder=tmp_path, limits=limits)

    assert (finished.stdout, finished.stderr_tail) == (b"0\n1\n", "498\n499\n")


def test_a_run_sees_no_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("OCTAVO_SECRET_KEY", "lantern")

    finished = run(["/bin/sh", "-c", 'echo "[$OCTAVO_SECRET_KEY][$HOME]"'], work_folder=tmp_path)

    assert finished.stdout == b"[][]\n"


def test_a_run_reads_its_input_through_an_open_file_wherever_that_is(tmp_path):
    upload, work, ffmpeg = film(tmp_path / "film.mp4", seconds=0.2), tmp_path / "work", locate("ffmpeg")
    work.mkdir()
    for by_descriptor in {reads_descriptors(ffmpeg), False}:
        source = hostile_input("mov", by_descriptor=by_descriptor)
        with upload.open("rb") as stdin:
            command = [ffmpeg, "-v", "error", *source, "-f", "null", "-"]
            finished = run(command, work_folder=work, stdin=stdin)

        assert (finished.exit_code, finished.stderr_tail) == (0, "")


def test_a_cancelled_run_is_gone_when_we_hear_of_it(tmp_path):
    with pytest.raises(Cancelled, match=r"^ffmpeg.* was cancelled\.$"):
        run([locate("ffmpeg"), *ENDLESS], work_folder=tmp_path, cancelled=lambda: True)

    assert children() == []


def test_a_talkative_run_is_not_asked_at_each_line_whether_it_is_cancelled(tmp_path):
    questions = []
    script = "i=0; while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); done"

    run(["/bin/sh", "-c", script], work_folder=tmp_path, cancelled=lambda: questions.append(1) or False)

    assert 1 <= len(questions) < 100


def test_a_run_that_ignores_the_polite_signal_is_ended_all_the_same(tmp_path):
    deaf = ["/bin/sh", "-c", "trap '' TERM; while :; do :; done"]

    with pytest.raises(TookTooLong, match=r"^sh was stopped after 0\.2 s\.$"):
        run(deaf, work_folder=tmp_path, limits=Limits(wall_s=0.2))

    assert children() == []


def test_an_error_of_the_listener_ends_the_run(tmp_path):
    def fail(line: str) -> None:
        raise LookupError(line)

    with pytest.raises(LookupError, match="^hello$"):
        run(["/bin/sh", "-c", "echo hello; while :; do :; done"], work_folder=tmp_path, on_line=fail)

    assert children() == []


def test_processor_time_is_limited(tmp_path):
    with pytest.raises(TookTooLong, match=r"^sh was stopped after 1 s of processor time\.$"):
        run(SPINNING, work_folder=tmp_path, limits=Limits(cpu_s=1))


def test_the_size_of_files_is_limited(tmp_path):
    with pytest.raises(WroteTooMuch, match=r"a file grew beyond 100000 bytes\.$"):
        run(
            [locate("ffmpeg"), *ENDLESS[:-3], "-f", "rawvideo", "huge.yuv"],
            work_folder=tmp_path,
            limits=Limits(output_bytes=100_000),
        )

    assert (tmp_path / "huge.yuv").stat().st_size <= 100_000


def test_memory_is_limited(tmp_path):
    """The source alone wants 100 MB for each picture."""
    wide = ["-v", "error", "-f", "lavfi", "-i", "color=s=8192x8192", "-frames:v", "1", "-f", "null", "-"]

    finished = run([locate("ffmpeg"), *wide], work_folder=tmp_path, limits=Limits(memory_bytes=64 * 1024**2))

    assert finished.stderr_tail.endswith("Out of memory\n")


@pytest.fixture(params=["bubblewrap", "the kernel"])
def walled_by(request, tmp_path, monkeypatch):
    """Each of the two that build walls in turn; a test is skipped for one that does not work here."""
    if request.param == "the kernel":
        nothing = tmp_path / "no programs"
        nothing.mkdir()
        monkeypatch.setenv("PATH", str(nothing))
    there = has_bubblewrap() if request.param == "bubblewrap" else has_landlock()
    if not there:
        pytest.skip(f"walls by {request.param} cannot be built here")
    return request.param


needs_own_network = pytest.mark.skipif(
    not shutil.which("unshare")
    or subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True).returncode != 0,  # noqa: S607
    reason="no process may have a network of its own here",
)


def test_nothing_outside_the_work_folder_can_be_read_or_written(tmp_path, walled_by):
    others, work = film(tmp_path / "others.mp4", seconds=0.2), tmp_path / "work"
    work.mkdir()
    steal = [locate("ffmpeg"), "-v", "error", "-y", "-i", others, "-c", "copy"]

    read = run([*steal, work / "stolen.mp4"], work_folder=work)
    unwalled = run([*steal, work / "stolen.mp4"], work_folder=work, isolation=Isolation.LIMITS_ONLY)
    write = run([*steal[:4], *ONE_PICTURE, tmp_path / "planted.mp4"], work_folder=work)

    assert (read.exit_code != 0, unwalled.exit_code != 0, write.exit_code != 0) == (True, False, True)
    assert not (tmp_path / "planted.mp4").exists()


@needs_own_network
def test_a_run_has_no_network(tmp_path, walled_by):
    with socket.socket(type=socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        address = f"udp://127.0.0.1:{listener.getsockname()[1]}"
        tell = [locate("ffmpeg"), "-v", "error", *ONE_PICTURE, "-c:v", "mpeg2video", "-f", "mpegts", address]

        run(tell, work_folder=tmp_path)
        with pytest.raises(BlockingIOError):
            listener.recv(1)

        run(tell, work_folder=tmp_path, isolation=Isolation.LIMITS_ONLY)
        assert listener.recv(1) == b"G"


def test_required_isolation_without_bubblewrap_runs_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoWalls, match="Install it"):
        run(["/bin/sh", "-c", "echo > ran"], work_folder=tmp_path, isolation=Isolation.REQUIRED)

    assert list(tmp_path.iterdir()) == []


SUPERVISED = """
import sys
from pathlib import Path
from titles.media.sandbox import run
from titles.media.walls import Isolation
run(sys.argv[3:], work_folder=Path(sys.argv[1]), isolation=Isolation(sys.argv[2]))
"""


@pytest.mark.parametrize("isolation", [Isolation.AUTO, Isolation.LIMITS_ONLY])
def test_ffmpeg_dies_with_a_worker_that_is_killed(tmp_path, isolation):
    command = [sys.executable, "-c", SUPERVISED, tmp_path, isolation, locate("ffmpeg"), *ENDLESS]
    worker = subprocess.Popen(command, cwd=Path(__file__).parents[3])
    try:
        family = _wait_for(lambda: [child for child in _children(worker) if "ffmpeg" in child.name()])
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

    _wait_for(lambda: not any(_is_alive(child) for child in family))


def _children(worker: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(worker.pid).children(recursive=True)


def _is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _wait_for(happened, *, at_most_s: float = 10):
    """Return what ``happened`` gives once that is something; the test fails when it stays nothing."""
    gives_up_at = time.monotonic() + at_most_s
    while time.monotonic() < gives_up_at:
        if result := happened():
            return result
        time.sleep(0.02)
    raise AssertionError("it never happened")
