from django.db import migrations

from studios.isolation import Isolate


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("studios", "0002_isolation")]

    operations = [
        Isolate("Series"),
        Isolate("Episode"),
        Isolate("Cut"),
        Isolate("Person"),
        Isolate("Credit"),
        Isolate("Tag"),
        Isolate("SeriesTag"),
        Isolate("Artwork"),
    ]
