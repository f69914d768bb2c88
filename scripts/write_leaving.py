"""Write the tables of docs/leaving.md anew from the models: ``PYTHONPATH=. python scripts/write_leaving.py``."""

import importlib
import os
from pathlib import Path

import django

PAGE = Path(__file__).resolve().parent.parent / "docs" / "leaving.md"

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    text = PAGE.read_text().partition("| File | A line is |")[0]
    PAGE.write_text(text + importlib.import_module("cms.leaving.describing").listed())
