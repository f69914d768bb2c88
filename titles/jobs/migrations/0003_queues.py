"""The queues of the embedded broker: PGMQ's own SQL, made here because the ``app`` login may not create anything.

The schema is disposable: losing every message costs one sweep period, so it needs no upgrade path.
"""

from django.conf import settings
from django.db import migrations
from pgmq.install import get_embedded_install_sql

QUEUES = ("media", "general")
NOTIFY_AT_MOST_EVERY_MS = 50


def install(apps, schema_editor):
    cursor = schema_editor.connection.cursor().cursor  # psycopg's own: the script has percent signs
    cursor.execute(get_embedded_install_sql())
    for queue in QUEUES:
        cursor.execute("SELECT pgmq.create(%s)", [queue])
        cursor.execute("SELECT pgmq.enable_notify_insert(%s, %s)", [queue, NOTIFY_AT_MOST_EVERY_MS])
    cursor.execute(f"GRANT USAGE ON SCHEMA pgmq TO {settings.APP_LOGIN}")
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgmq TO {settings.APP_LOGIN}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA pgmq TO {settings.APP_LOGIN}")


def remove(apps, schema_editor):
    schema_editor.execute("DROP SCHEMA pgmq CASCADE")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_claiming")]

    operations = [migrations.RunPython(install, remove)]
