from django.db import migrations

from studios.isolation import Isolate


class Migration(migrations.Migration):
    dependencies = [("localization", "0001_initial"), ("studios", "0002_isolation")]

    operations = [
        Isolate("Track"),
        # A version is frozen when it is made: only its review state moves.
        Isolate("Version", may_change=["state"]),
    ]
