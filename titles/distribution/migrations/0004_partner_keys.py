"""Scopes of partner keys; what machines count leaves no row in the audit; suspended studios have no keys."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from studios.isolation import Audit, definer

STUDIO_OF_KEY = """
SELECT key.studio_id FROM distribution_partnerkey key JOIN studios_studio studio ON studio.id = key.studio_id
WHERE key.prefix = key_prefix AND studio.state <> 'suspended'
"""
STUDIO_OF_KEY_BEFORE = "SELECT studio_id FROM distribution_partnerkey WHERE prefix = key_prefix"


class Migration(migrations.Migration):
    dependencies = [
        ("distribution", "0003_release_taken_down"),
        ("studios", "0003_accounts_and_keys"),
    ]

    operations = [
        migrations.AddField(
            "partnerkey",
            "scopes",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=24), default=list, size=None, verbose_name="scopes"
            ),
        ),
        migrations.AddField(
            "partnerkey",
            "made_by",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        # Until now every key opened both.
        migrations.RunSQL("UPDATE distribution_partnerkey SET scopes = '{assets,feed}'", migrations.RunSQL.noop),
        migrations.RunSQL(
            definer("octavo_studio_of_key(key_prefix text)", "uuid", STUDIO_OF_KEY),
            definer("octavo_studio_of_key(key_prefix text)", "uuid", STUDIO_OF_KEY_BEFORE),
        ),
        Audit("Partner", silent=["feed_sequence"]),
        Audit("PartnerKey", silent=["last_used_at"]),
    ]
