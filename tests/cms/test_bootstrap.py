"""The bootstrap on a checkout in miniature: our manage.py, one tiny package, and the real venv and pip."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("manage.py", "cms/bootstrap.py", "cms/embedded/locks.py", "titles/jobs/children.py")
# Stands in for the whole product, which needs sixty packages: says where it runs and what it finds there.
PRODUCT = """
import importlib.util, sys

def run(argv):
    found = [name for name in ("lantern_one", "lantern_two") if importlib.util.find_spec(name)]
    print(sys.prefix, *argv[1:], *found)
    return 7
"""


def wheel(folder: Path, name: str) -> str:
    """Make a wheel of one empty module; return the line of a lock that asks for it."""
    facts = f"{name}-1.0.dist-info"
    file = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{facts}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{facts}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{facts}/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def make_checkout(folder: Path) -> Path:
    for part in PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, folder / part)
    (folder / "cms" / "embedded" / "commands.py").write_text(PRODUCT)
    shelf = f"--no-index\n--find-links {folder}\n"
    one, two = wheel(folder, "lantern_one"), wheel(folder, "lantern_two")
    (folder / "requirements.txt").write_text(shelf + one)
    (folder / "requirements-dev.txt").write_text(shelf + one + two)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A checkout on which one command has run, and what that command said."""
    checkout = make_checkout(tmp_path_factory.mktemp("checkout"))
    return checkout, manage(checkout, "up", "--port", "8000")


@pytest.fixture
def checkout(tmp_path):
    return make_checkout(tmp_path)


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "OCTAVO_BOOTSTRAP"} | more


def base_python() -> str:
    return str(Path(sys.base_prefix) / "bin" / "python3")


def manage(checkout: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [base_python(), "manage.py", *arguments], cwd=checkout, env=environment(**more), capture_output=True, text=True
    )


def test_the_first_command_installs_says_so_in_one_line_and_goes_on_in_the_environment(installed):
    checkout, first = installed

    assert first.stdout == f"{checkout / '.venv'} up --port 8000 lantern_one\n"
    assert first.stderr == "Octavo is installing its Python packages into .venv: about a minute, once.\n"
    assert first.returncode == 7


def test_the_next_command_finds_everything_there(installed):
    checkout, _first = installed

    again = manage(checkout, "up")

    assert (again.stdout, again.stderr) == (f"{checkout / '.venv'} up lantern_one\n", "")


def test_what_is_compiled_lies_in_the_environment_and_not_beside_the_sources(installed):
    checkout, _first = installed

    manage(checkout, "up", PYTHONDONTWRITEBYTECODE="1")

    compiled = [file.relative_to(checkout) for file in checkout.rglob("commands.*.pyc")]
    assert [path.parts[:2] for path in compiled] == [(".venv", "compiled")]


def test_tests_bring_more_packages_and_other_commands_take_them_as_they_are(installed):
    checkout, _first = installed

    tests = manage(checkout, "test", "-k", "feed")
    after = manage(checkout, "up")

    assert tests.stdout == f"{checkout / '.venv'} test -k feed lantern_one lantern_two\n"
    assert after.stderr == ""


def test_the_environments_own_python_goes_the_same_way(installed):
    checkout, _first = installed

    direct = subprocess.run(
        [checkout / ".venv" / "bin" / "python", "manage.py", "up"],
        cwd=checkout, env=environment(), capture_output=True, text=True,
    )  # fmt: skip

    assert direct.stdout.startswith(f"{checkout / '.venv'} up lantern_one")


def test_a_killed_installation_is_made_again_from_nothing_by_one_of_two_that_start_at_once(checkout):
    victim = subprocess.Popen(
        [base_python(), "manage.py", "up"], cwd=checkout, env=environment(), stderr=subprocess.PIPE
    )
    half_made = checkout / ".venv" / "lib"
    while not half_made.exists():
        assert victim.poll() is None
        time.sleep(0.01)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    (checkout / ".venv" / "rubble").touch()

    starters = [
        subprocess.Popen([base_python(), "manage.py", "up"], cwd=checkout, env=environment(), stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [starter.communicate()[1] for starter in starters]

    assert [starter.returncode for starter in starters] == [7, 7]
    assert sorted(len(each.splitlines()) for each in said) == [0, 1]
    assert not (checkout / ".venv" / "rubble").exists()


def test_a_package_that_is_not_the_locked_one_is_not_installed(installed, tmp_path):
    checkout = tmp_path / "checkout"
    shutil.copytree(installed[0], checkout, symlinks=True)
    wheel(checkout, "lantern_three")
    lock = f"--no-index\n--find-links {checkout}\nlantern_three==1.0 --hash=sha256:{'0' * 64}\n"
    (checkout / "requirements.txt").write_text(lock)

    refused = manage(checkout, "up")

    assert refused.returncode == 1
    assert "Octavo could not install its Python packages: check the network and the free space" in refused.stderr
    assert "HASHES" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (checkout / ".venv" / ".lock").exists()


def test_an_operator_who_brings_the_packages_is_left_alone(checkout):
    done = manage(checkout, "up", OCTAVO_BOOTSTRAP="off")

    assert done.stdout == f"{sys.base_prefix} up\n"
    assert not (checkout / ".venv").exists()


def test_a_wrong_wish_is_answered_with_the_accepted_ones(checkout):
    refused = manage(checkout, "up", OCTAVO_BOOTSTRAP="no")

    assert refused.stderr == 'The environment variable OCTAVO_BOOTSTRAP is \'no\'; it accepts "on" or "off".\n'
    assert refused.returncode == 1


def test_a_python_without_venv_is_told_what_to_install(checkout, tmp_path_factory):
    without = tmp_path_factory.mktemp("site")
    (without / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None")

    refused = manage(checkout, "up", PYTHONPATH=str(without))

    assert refused.stderr == (
        "This Python cannot make virtual environments: install that part of it first, on Debian and Ubuntu with: "
        f"apt install python{sys.version_info.major}.{sys.version_info.minor}-venv\n"
    )
    assert refused.returncode == 1
