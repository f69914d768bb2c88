"""Releases, deliveries and grants are listed newest first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("distribution", "0004_partner_keys")]

    operations = [
        migrations.AddIndex(
            "release", models.Index(fields=["studio", "-submitted_at", "-id"], name="releases_newest_first")
        ),
        migrations.AddIndex(
            "delivery", models.Index(fields=["studio", "-created_at", "-id"], name="deliveries_newest_first")
        ),
        migrations.AddIndex(
            "grant", models.Index(fields=["studio", "-created_at", "-id"], name="grants_newest_first")
        ),
    ]
