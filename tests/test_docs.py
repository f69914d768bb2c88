"""Documentation that cannot rot: what it names exists, and what exists is named."""

import re
from pathlib import Path

import pytest

from cms.celery import TASKS, app
from studios.roles import table

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("cms", "studios", "titles", "localization")


def read(name: str) -> str:
    return (ROOT / name).read_text()


def product_code() -> str:
    return "\n".join(file.read_text() for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")))


def test_every_environment_variable_is_in_the_operator_guide():
    in_code = set(re.findall(r"\"(OCTAVO_[A-Z_]+|DATABASE_URL)\"", product_code()))

    assert {name for name in in_code if f"`{name}`" not in read("docs/operators.md")} == set()


def test_the_operator_guide_names_no_variable_that_is_not_read():
    documented = set(re.findall(r"`(OCTAVO_[A-Z_]+)`", read("docs/operators.md")))

    assert {name for name in documented if name not in product_code() + read("tests/conftest.py")} == {
        "OCTAVO_CONFORMANCE"
    }


def test_every_kind_of_job_has_a_task():
    app.loader.import_default_modules()

    assert {task for task in TASKS.values() if task not in app.tasks} == set()


def test_ten_invariants_name_the_tests_that_guard_them():
    page = read("docs/architecture.md")
    section = page.partition("## Ten invariants")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \|", section, re.MULTILINE)
    guards = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", section)
    missing = [f"{file}::{name}" for file, name in guards if f"def {name}(" not in read(file)]

    assert rows == [str(number) for number in range(1, 11)]
    assert missing == []


def test_the_table_of_roles_is_the_code_s():
    page = read("docs/roles.md")

    assert page[page.index("| Action |") :] == table()


def test_the_readme_is_short():
    assert len(read("README.md").splitlines()) <= 120


@pytest.mark.parametrize(
    "page", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md")) + ["README.md"]
)
def test_every_link_between_pages_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", read(page))

    assert [target for target in targets if not (ROOT / page).parent.joinpath(target).exists()] == []


@pytest.mark.parametrize(
    "app_folder", ["studios", "titles/jobs", "titles/catalog", "titles/media", "titles/distribution", "localization"]
)
def test_migrations_are_one_line(app_folder):
    folder = ROOT / app_folder / "migrations"
    names = sorted(path.stem for path in folder.glob("[0-9]*.py"))

    assert (folder / "max_migration.txt").read_text().strip() == names[-1]
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
