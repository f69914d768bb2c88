"""A studio leaves: nobody enters it once its time is over, it is purged, and another one comes in with its history."""

from importlib import import_module

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models


from studios.isolation import definer

accounts = import_module("studios.migrations.0003_accounts_and_keys")
platform = import_module("studios.migrations.0004_platform")
APP = settings.APP_LOGIN

# The audit of an import is the one that came along, so the owner's login may write rows without leaving a second one;
# and what a purge deletes leaves none that would have to be purged again. Neither is open to ``app``: it cannot be
# the session's user where the owner is the current one, and cannot write to studios_purge.
RECORD_CHANGE = accounts.RECORD_CHANGE.replace(
    "BEGIN\n",
    """BEGIN
    IF session_user = current_user AND current_setting('octavo.verbatim', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM studios_purge WHERE whose = studio AND ended_at IS NULL) THEN
        RETURN NULL;
    END IF;
""",
    1,
)

# A studio that is closing is open until its time is over.
OPEN = "(studio.state = 'active' OR studio.state = 'closing' AND studio.purged_after > clock_timestamp())"
STILL_THERE = "(studio.state <> 'closing' OR studio.purged_after > clock_timestamp())"

STUDIOS_OF = accounts.STUDIOS_OF.replace("studio.state <> 'suspended'", OPEN)
WORKPLACES_OF = platform.WORKPLACES_OF.replace("ORDER BY", f"AND {STILL_THERE}\nORDER BY")
IS_OPEN = f"SELECT coalesce((SELECT {OPEN} FROM studios_studio studio WHERE id = wanted), false)"
STUDIOS = f"SELECT id FROM studios_studio studio WHERE {OPEN} ORDER BY id"

STUDIOS_TO_PURGE = """
SELECT id FROM studios_studio WHERE state = 'closing' AND purged_after <= clock_timestamp()
UNION SELECT whose FROM studios_purge WHERE ended_at IS NULL
"""

# The row of the studio is locked: whoever reopens it in this moment is first, or too late.
BEGIN_PURGE = """
WITH due AS (
    SELECT id FROM studios_studio
    WHERE id = wanted AND state = 'closing' AND purged_after <= clock_timestamp() FOR UPDATE
)
INSERT INTO studios_purge (whose, closed_at, closed_by, begun_at, rows, files, people)
SELECT due.id, closed.at, closed.person_id, clock_timestamp(), 0, 0,
    ARRAY(SELECT member.user_id FROM studios_membership member WHERE member.studio_id = wanted)
FROM due LEFT JOIN LATERAL (
    SELECT move.at, move.person_id FROM studios_move move
    WHERE move.studio_id = wanted AND move.noun = 'studios.studio' AND move.to_state = 'closing'
    ORDER BY move.id DESC LIMIT 1
) closed ON true
ON CONFLICT (whose) WHERE ended_at IS NULL DO NOTHING
"""

# Newest first, since a row may refer to an older one of its own table.
PURGE_ROWS = """
DECLARE
    gone bigint;
BEGIN
    PERFORM FROM studios_purge WHERE whose = wanted AND ended_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Studio % is not being purged.', wanted;
    END IF;
    EXECUTE format('DELETE FROM %1$s WHERE id IN (SELECT id FROM %1$s WHERE %2$I = $1 ORDER BY id DESC LIMIT $2)',
        kept, CASE kept WHEN 'studios_studio'::regclass THEN 'id' ELSE 'studio_id' END) USING wanted, most;
    GET DIAGNOSTICS gone = ROW_COUNT;
    UPDATE studios_purge SET rows = rows + gone WHERE whose = wanted AND ended_at IS NULL;
    RETURN gone;
END
"""

NOTE_PURGED_FILES = "UPDATE studios_purge SET files = files + deleted WHERE whose = wanted AND ended_at IS NULL"

END_PURGE = """
UPDATE studios_purge SET ended_at = clock_timestamp(), people = '{}'
WHERE whose = wanted AND ended_at IS NULL AND NOT EXISTS (SELECT FROM studios_studio WHERE id = wanted)
"""


class Migration(migrations.Migration):
    dependencies = [("studios", "0008_erasing")]

    operations = [
        migrations.CreateModel(
            name="Purge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("whose", models.UUIDField(verbose_name="studio")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                ("closed_by", models.UUIDField(null=True, verbose_name="closed by")),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("rows", models.BigIntegerField(default=0, verbose_name="rows")),
                ("files", models.BigIntegerField(default=0, verbose_name="files")),
                ("people", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
            ],
            options={
                "verbose_name": "purge",
                "verbose_name_plural": "purges",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("whose",), name="one_purge_at_a_time"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON studios_purge FROM {APP}", migrations.RunSQL.noop
        ),
        migrations.RunSQL(RECORD_CHANGE, accounts.RECORD_CHANGE),
        migrations.RunSQL(
            definer("octavo_studios_of(person uuid)", "SETOF uuid", STUDIOS_OF),
            definer("octavo_studios_of(person uuid)", "SETOF uuid", accounts.STUDIOS_OF),
        ),
        migrations.RunSQL(
            definer("octavo_workplaces_of(person uuid)", "TABLE (id uuid, name text, state text)", WORKPLACES_OF),
            definer(
                "octavo_workplaces_of(person uuid)", "TABLE (id uuid, name text, state text)", platform.WORKPLACES_OF
            ),
        ),
        migrations.RunSQL(
            definer("octavo_studio_is_open(wanted uuid)", "boolean", IS_OPEN),
            definer("octavo_studio_is_open(wanted uuid)", "boolean", platform.IS_OPEN),
        ),
        migrations.RunSQL(
            definer("octavo_studios()", "SETOF uuid", STUDIOS),
            definer("octavo_studios()", "SETOF uuid", platform.STUDIOS),
        ),
        migrations.RunSQL(
            definer("octavo_studios_to_purge()", "SETOF uuid", STUDIOS_TO_PURGE),
            "DROP FUNCTION octavo_studios_to_purge()",
        ),
        migrations.RunSQL(
            definer("octavo_begin_purge(wanted uuid)", "void", BEGIN_PURGE, volatile="VOLATILE"),
            "DROP FUNCTION octavo_begin_purge(uuid)",
        ),
        migrations.RunSQL(
            definer(
                "octavo_purge_rows(wanted uuid, kept regclass, most integer)",
                "bigint",
                PURGE_ROWS,
                language="plpgsql",
                volatile="VOLATILE",
            ),
            "DROP FUNCTION octavo_purge_rows(uuid, regclass, integer)",
        ),
        migrations.RunSQL(
            definer(
                "octavo_note_purged_files(wanted uuid, deleted integer)",
                "void",
                NOTE_PURGED_FILES,
                volatile="VOLATILE",
            ),
            "DROP FUNCTION octavo_note_purged_files(uuid, integer)",
        ),
        migrations.RunSQL(
            definer("octavo_end_purge(wanted uuid)", "void", END_PURGE, volatile="VOLATILE"),
            "DROP FUNCTION octavo_end_purge(uuid)",
        ),
    ]
