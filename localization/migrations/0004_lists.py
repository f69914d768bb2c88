"""Versions are found by the names of their files, and listed newest first."""

from django.db import migrations, models

from studios.searching import IndexTexts


class Migration(migrations.Migration):
    dependencies = [("localization", "0003_assignments"), ("catalog", "0003_searching")]

    operations = [
        IndexTexts("Version", columns=["original_name"]),
        migrations.AddIndex(
            "version", models.Index(fields=["studio", "-created_at", "-id"], name="versions_newest_first")
        ),
    ]
