from django.db import migrations

from studios.isolation import Isolate


class Migration(migrations.Migration):
    dependencies = [("media", "0001_initial"), ("studios", "0002_isolation")]

    operations = [
        # A master's file and checksum, a stream, a package and a subtitle file never change; verdicts about them do.
        Isolate("Master", may_change=["state", "inspection"]),
        Isolate("Finding"),
        Isolate("AudioTrack"),
        Isolate("Stream", may_change=[]),
        Isolate("Package", may_change=[]),
        Isolate("Rendition", may_change=[]),
        Isolate("Sidecar", may_change=["handed_down_at", "withdrawn_at"]),
        Isolate("Edition", may_change=["composed_at"]),
        Isolate("EditionSidecar", may_change=[]),
    ]
