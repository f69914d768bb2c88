import os
import re
import signal
import urllib.request

import psutil
import pytest

from cms.embedded import running
from tests.cms.processes import environment, eventually, free_port, of_home, script

#: A supervisor of small parts; each is a line of shell.
SUPERVISOR = """
from pathlib import Path
from cms.embedded import home
from cms.embedded.child import Part
from cms.embedded.supervisor import Supervisor
parts = [Part(name, ("sh", "-c", line)) for name, line in {lines!r}.items()]
Supervisor(parts, place=home.folder(), drain_s={drain_s}).run()
"""

ROLES = {"supervisor", "database", "web", "worker of web", "media-1", "general", "beat"}


@pytest.fixture
def supervised(tmp_path):
    """``supervised(drain_s=…, name="a line of shell", …)`` starts a supervisor of such parts."""
    started = []

    def start(drain_s=10.0, **lines):
        started.append(script(tmp_path, SUPERVISOR.format(lines=lines, drain_s=drain_s)))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_what_a_part_says_is_printed_under_its_name_and_kept_in_its_log(supervised, tmp_path):
    supervisor = supervised(web="echo ready; exec sleep 60", media="exec sleep 60")

    assert supervisor.stdout.readline() == "   web | ready\n"
    assert eventually((tmp_path / "log" / "web.log").read_text) == "ready\n"


def test_a_part_that_dies_is_started_again_a_little_later_each_time(supervised):
    supervisor = supervised(web="exit 3")

    assert [supervisor.stdout.readline() for _ in range(3)] == [
        "octavo | web ended with exit code 3; starting it again in 0.5 s\n",
        "octavo | web ended with exit code 3; starting it again in 1 s\n",
        "octavo | web ended with exit code 3; starting it again in 2 s\n",
    ]


def test_a_part_that_is_killed_leaves_nothing_of_its_own_behind(supervised, tmp_path):
    supervisor = supervised(media="sleep 61 & echo $$; wait")
    leader = int(supervisor.stdout.readline().split("|")[1])

    os.kill(leader, signal.SIGKILL)

    assert "was killed by SIGKILL" in supervisor.stdout.readline()
    successor = int(supervisor.stdout.readline().split("|")[1])
    assert {process.ppid() for process in of_home(tmp_path) if process.name() == "sleep"} == {successor}


def test_work_in_hand_is_finished_before_the_end(supervised):
    supervisor = supervised(media="trap 'sleep 1; echo finished; exit 0' TERM; echo busy; while :; do sleep 0.1; done")
    supervisor.stdout.readline()

    supervisor.terminate()
    said, _ = supervisor.communicate()

    assert said == " media | finished\n"
    assert supervisor.returncode == 0


def test_work_that_takes_too_long_is_cut_off(supervised, tmp_path):
    supervisor = supervised(drain_s=0.5, media="trap '' TERM; echo busy; while :; do sleep 0.1; done")
    supervisor.stdout.readline()

    supervisor.terminate()
    supervisor.communicate()

    assert of_home(tmp_path) == []


def test_a_second_request_to_end_is_obeyed_at_once(supervised, tmp_path):
    supervisor = supervised(drain_s=600, media="trap 'echo asked' TERM; echo busy; while :; do sleep 0.1; done")
    supervisor.stdout.readline()

    supervisor.send_signal(signal.SIGINT)
    assert supervisor.stdout.readline() == " media | asked\n"
    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate()

    assert of_home(tmp_path) == []


def roles(home):
    """Who plays which role in a running Octavo, by process id."""
    found = {}
    for process in of_home(home):
        try:
            command, parent = " ".join(process.cmdline()), process.parent()
            if "gunicorn" in command:
                found["worker of web" if "gunicorn" in " ".join(parent.cmdline()) else "web"] = process.pid
            elif worker := re.search(r"--hostname ([\w-]+)@", command):
                found[worker[1]] = process.pid
            elif " beat " in command:
                found["beat"] = process.pid
            elif "manage.py up" in command:
                found["supervisor"] = process.pid
            elif "/bin/postgres -D" in command:
                found["database"] = process.pid
        except psutil.Error:
            continue
    return found


def full_house(home):
    """The roles, once each is played by somebody; else nothing."""
    found = roles(home)
    return found if found.keys() == ROLES else {}


@pytest.fixture(scope="module")
def octavo(tmp_path_factory):
    """A whole Octavo, for the tests below to kill bit by bit; the last one kills the rest."""
    home = tmp_path_factory.mktemp("home")
    with running.up(port=free_port(), environment=environment(home, OCTAVO_MEDIA_SLOTS="1")) as octavo:
        octavo.wait_until_ready()
        yield octavo, home


@pytest.mark.journey
def test_a_visitor_waits_while_the_web_is_started_again(octavo):
    octavo, home = octavo
    web = psutil.Process(roles(home)["web"])
    web.kill()
    web.wait()

    with urllib.request.urlopen(f"{octavo.address}/healthz", timeout=60) as answer:  # noqa: S310
        assert answer.status == 200


@pytest.mark.journey
@pytest.mark.parametrize("role", sorted(ROLES - {"supervisor"}))
def test_whoever_is_killed_comes_back_and_nobody_is_left_over(octavo, role):
    octavo, home = octavo
    before = eventually(lambda: octavo.is_ready() and full_house(home))

    os.kill(before[role], signal.SIGKILL)

    def successor():
        now = octavo.is_ready() and full_house(home)
        return now and now[role] != before[role]

    assert eventually(successor), roles(home)


@pytest.mark.journey
def test_with_the_supervisor_everybody_is_gone(octavo):
    octavo, home = octavo

    octavo.process.kill()
    octavo.process.wait()

    assert eventually(lambda: not of_home(home)), roles(home)
