"""Names of the cast in frozen documents are references; names in bodies that were served can be replaced."""

import hashlib
import json
from typing import Any

from django.db import migrations, models

from studios.isolation import definer

# In the credits alone: as_text sorts the keys, so they stand between "credits" and "episode_count", and no text in
# between can contain the marks, whose quotes would be escaped. The digest stays that of the bytes that were served.
PSEUDONYMISE = """
DECLARE
    here uuid := current_setting('octavo.studio')::uuid;
    said text;
BEGIN
    FOR said IN
        SELECT DISTINCT kept.text FROM studios_personaltext kept
        WHERE kept.studio_id = here AND kept.noun = 'catalog.person' AND kept.row_id = person
            AND kept.erased_at IS NULL AND kept.text <> ''
    LOOP
        UPDATE distribution_feedentry entry
        SET pseudonymised_at = clock_timestamp(),
            body = left(entry.body, strpos(entry.body, '"credits":[') - 1)
                || replace(
                    substr(entry.body, strpos(entry.body, '"credits":['),
                        strpos(entry.body, ',"episode_count":') - strpos(entry.body, '"credits":[')),
                    ':' || to_json(said)::text, ':' || to_json(pseudonym)::text)
                || substr(entry.body, strpos(entry.body, ',"episode_count":'))
        FROM distribution_release release
        WHERE entry.studio_id = here AND entry.noun = 'series'
            AND release.studio_id = here AND release.id = entry.release_id
            AND strpos(entry.body, ':' || to_json(said)::text) > strpos(entry.body, '"credits":[')
            AND strpos(entry.body, '"credits":[') > 0
            AND EXISTS (
                SELECT FROM studios_personaltext mine
                WHERE mine.studio_id = here AND mine.noun = 'catalog.person' AND mine.row_id = person
                    AND strpos(release.document::text, mine.id::text) > 0);
    END LOOP;
END
"""


def refer_to_names(apps: Any, schema_editor: Any) -> None:
    """Put references in the place of the names of every series card; the same in what the audit recorded of it.

    These documents do not say which person a credit is of, and names do not either: people share and change them. So
    each text belongs to its release, one per occurrence.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, studio_id, document::text FROM distribution_release WHERE episode_id IS NULL")
        for release, studio, text in cursor.fetchall():
            document = json.loads(text)
            for credit in document["credits"]:
                credit["names"] = {
                    language: _reference(cursor, studio, release, name)
                    for language, name in credit["names"].items()
                }
            canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            digest = hashlib.sha256(canonical.encode()).hexdigest()
            cursor.execute(
                "UPDATE distribution_release SET document = %s::jsonb, digest = %s WHERE id = %s",
                [canonical, digest, release],
            )
            cursor.execute(
                "UPDATE studios_change SET row = row || jsonb_build_object('document', %s::jsonb, 'digest', %s::text)"
                " WHERE noun = 'distribution.release' AND row_id = %s",
                [canonical, digest, release],
            )


def _reference(cursor: Any, studio: Any, release: Any, name: Any) -> Any:
    if not isinstance(name, str) or not name:
        return name
    cursor.execute(
        "INSERT INTO studios_personaltext (id, studio_id, noun, row_id, text)"
        " VALUES (gen_random_uuid(), %s, 'distribution.release', %s, %s) RETURNING id",
        [studio, release, name],
    )
    return {"personal": str(cursor.fetchone()[0])}


class Migration(migrations.Migration):
    dependencies = [
        ("distribution", "0005_lists"),
        ("catalog", "0004_personal_names"),
        ("studios", "0006_audit"),
    ]

    operations = [
        migrations.AddField("feedentry", "pseudonymised_at", models.DateTimeField(null=True)),
        migrations.RunSQL(
            definer(
                "octavo_pseudonymise_entries(person uuid, pseudonym text)",
                "void",
                PSEUDONYMISE,
                language="plpgsql",
                volatile="VOLATILE",
            ),
            "DROP FUNCTION octavo_pseudonymise_entries(uuid, text)",
        ),
        # The audit would record the names once more.
        migrations.RunSQL(
            "ALTER TABLE distribution_release DISABLE TRIGGER record_change",
            "ALTER TABLE distribution_release ENABLE TRIGGER record_change",
        ),
        migrations.RunPython(refer_to_names, migrations.RunPython.noop),
        migrations.RunSQL(
            "ALTER TABLE distribution_release ENABLE TRIGGER record_change",
            "ALTER TABLE distribution_release DISABLE TRIGGER record_change",
        ),
    ]
