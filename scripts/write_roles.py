"""Write the table of docs/roles.md anew from studios/roles.py: ``PYTHONPATH=. python scripts/write_roles.py``."""

from pathlib import Path

import django
from django.conf import settings

from studios.roles import table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "roles.md"

if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    django.setup()
    text = PAGE.read_text().partition("| Action |")[0]
    PAGE.write_text(text + table())
