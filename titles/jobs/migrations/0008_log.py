"""A job that ends badly keeps the last lines of what its programs said."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0007_audit")]

    operations = [
        migrations.AddField("job", "log", models.TextField(blank=True, verbose_name="log")),
    ]
