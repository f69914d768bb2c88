"""The directions of imports: the contracts hold, and each of them notices a violation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("cms", "studios", "titles", "localization")


def lint(checkout: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--contract", contract]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


@pytest.fixture
def copied_checkout(tmp_path):
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("static", "locale", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("contract", ["rooms", "verbs", "pure"])
def test_the_contract_is_kept(contract):
    result = lint(ROOT, contract)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("contract", "module", "violation"),
    [
        ("rooms", "titles/media/composing.py", "import localization.models"),
        ("verbs", "titles/distribution/models/release.py", "import titles.distribution.tasks"),
        ("pure", "localization/formats/document.py", "import django.utils.text"),
    ],
)
def test_an_injected_violation_breaks_the_contract(copied_checkout, contract, module, violation):
    with (copied_checkout / module).open("a") as code:
        code.write(f"\n{violation}\n")

    result = lint(copied_checkout, contract)

    assert (result.returncode, "1 broken" in result.stdout) == (1, True), result.stdout
