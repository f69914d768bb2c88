"""A cache that all web processes share: how often somebody has tried, and which codes have been used."""

from django.db import migrations

# As `manage.py createcachetable` makes it.
TABLE = """
CREATE TABLE octavo_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX octavo_cache_expires ON octavo_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("studios", "0004_platform")]

    operations = [migrations.RunSQL(TABLE, "DROP TABLE octavo_cache")]
