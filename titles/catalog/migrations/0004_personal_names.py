"""Names of cast and crew stand in PersonalText: the audit refers to them, what it has recorded so far included."""

from django.db import migrations

from studios.isolation import Audit

LANGUAGES = ("en", "zh_hans", "es", "pt_br", "fr", "ja", "ind", "ar")
NAMES = ["name", *(f"name_{language}" for language in LANGUAGES)]

LISTED = ", ".join(f"'{name}'" for name in NAMES)
REFER = f"""
UPDATE studios_change change SET row = change.row || (
    SELECT jsonb_object_agg(kept.key, jsonb_build_object('personal', octavo_keep_personal_text(
        change.studio_id, 'catalog.person', change.row_id, kept.value #>> '{{}}')))
    FROM jsonb_each(change.row) AS kept
    WHERE kept.key IN ({LISTED}) AND jsonb_typeof(kept.value) = 'string' AND kept.value #>> '{{}}' <> ''
)
WHERE change.noun = 'catalog.person' AND EXISTS (
    SELECT FROM jsonb_each(change.row) AS kept
    WHERE kept.key IN ({LISTED}) AND jsonb_typeof(kept.value) = 'string' AND kept.value #>> '{{}}' <> '')
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_searching"), ("studios", "0006_audit")]

    operations = [
        Audit("Person", personal=NAMES),
        migrations.RunSQL(REFER, migrations.RunSQL.noop),
    ]
