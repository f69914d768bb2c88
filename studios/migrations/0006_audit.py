"""The door of a move, what is yet to be mailed, what a person has not read in all studios, one reference per text."""

from django.db import migrations, models

import studios.models.history
from studios.isolation import definer

# The oldest one, so that two that were kept at the same moment do not make two documents of one.
KEEP_PERSONAL_TEXT = """
CREATE OR REPLACE FUNCTION octavo_keep_personal_text(in_studio uuid, of_noun text, of_row uuid, said text)
RETURNS uuid LANGUAGE plpgsql AS $body$
DECLARE
    reference uuid;
BEGIN
    SELECT id INTO reference FROM studios_personaltext
    WHERE studio_id = in_studio AND noun = of_noun AND row_id = of_row AND text = said AND erased_at IS NULL
    ORDER BY id LIMIT 1;
    IF reference IS NULL THEN
        INSERT INTO studios_personaltext (id, studio_id, noun, row_id, text)
        VALUES (gen_random_uuid(), in_studio, of_noun, of_row, said) RETURNING id INTO reference;
    END IF;
    RETURN reference;
END $body$;
"""

UNREAD = """
SELECT notice.studio_id, count(*) FROM studios_notice notice
WHERE notice.person_id = reader AND notice.read_at IS NULL
    AND notice.studio_id IN (SELECT octavo_studios_of(reader))
GROUP BY notice.studio_id
"""


class Migration(migrations.Migration):
    dependencies = [("studios", "0005_shared_cache")]

    operations = [
        migrations.AddField(
            "move",
            "door",
            models.CharField(db_default=studios.models.history.CurrentDoor(), max_length=16),
        ),
        # Of the moves until now nobody knows it.
        migrations.RunSQL("UPDATE studios_move SET door = ''", migrations.RunSQL.noop),
        migrations.AddIndex(
            "notice",
            models.Index(
                condition=models.Q(("mailed_at", None), ("read_at", None)),
                fields=["studio", "at"],
                name="notices_to_mail",
            ),
        ),
        migrations.RunSQL(KEEP_PERSONAL_TEXT, migrations.RunSQL.noop),
        migrations.RunSQL(
            definer("octavo_unread_notices(reader uuid)", "TABLE (studio uuid, unread bigint)", UNREAD),
            "DROP FUNCTION octavo_unread_notices(uuid)",
        ),
    ]
