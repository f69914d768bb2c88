from pathlib import Path

from cms.leaving.describing import listed

PAGE = Path(__file__).resolve().parents[3] / "docs" / "leaving.md"


def test_the_list_of_tables_in_the_guide_is_the_models():
    page = PAGE.read_text()

    assert page[page.index("| File | A line is |") :] == listed()
