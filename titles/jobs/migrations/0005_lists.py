"""Jobs are listed newest first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_resting_studios")]

    operations = [
        migrations.AddIndex(
            "job", models.Index(fields=["studio", "-created_at", "-id"], name="jobs_newest_first")
        ),
    ]
