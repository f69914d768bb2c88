"""Masters are found by the names of their files, and listed newest first."""

from django.db import migrations, models

from studios.searching import IndexTexts


class Migration(migrations.Migration):
    dependencies = [("media", "0002_isolation"), ("catalog", "0003_searching")]

    operations = [
        IndexTexts("Master", columns=["original_name"]),
        migrations.AddIndex(
            "master", models.Index(fields=["studio", "-uploaded_at", "-id"], name="masters_newest_first")
        ),
    ]
