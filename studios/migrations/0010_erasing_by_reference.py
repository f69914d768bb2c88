"""Erasing replaces what is referred to, by key: no pattern, no prose, no row of history."""

from importlib import import_module

from django.conf import settings
from django.db import migrations

from studios.isolation import definer

erasing = import_module("studios.migrations.0008_erasing")
APP = settings.APP_LOGIN

# What stands in the place of an erased text follows from whose it was: nobody chooses the words.
PSEUDONYM = """
CREATE FUNCTION octavo_pseudonym(of_noun text, of_row uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
SELECT CASE of_noun
    WHEN 'catalog.person' THEN 'Former cast member '
    WHEN 'studios.invitation' THEN 'Invited person '
    ELSE 'Former person '
END || right(of_row::text, 4)
$body$
"""

ERASE_PERSONAL_TEXTS = """
UPDATE studios_personaltext SET text = octavo_pseudonym(noun, row_id), erased_at = clock_timestamp()
WHERE studio_id = current_setting('octavo.studio')::uuid AND noun = of_noun AND row_id = ANY(of_rows)
    AND erased_at IS NULL
"""

# The texts of the invitations come after their rows: the audit keeps what an invitation said before it ended.
ERASE_ACCOUNT = """
DECLARE
    address text;
    invited uuid[];
BEGIN
    SELECT email INTO address FROM studios_user WHERE id = person AND erased_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    WITH ended AS (
        UPDATE studios_invitation SET email = '', name = '', withdrawn_at = clock_timestamp()
        WHERE lower(email) = lower(address) AND accepted_at IS NULL AND withdrawn_at IS NULL RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO invited FROM ended;
    UPDATE studios_personaltext SET text = octavo_pseudonym(noun, row_id), erased_at = clock_timestamp()
    WHERE noun = 'studios.invitation' AND row_id = ANY(invited) AND erased_at IS NULL;
    DELETE FROM studios_notice WHERE person_id = person;
    UPDATE studios_user SET name = 'Former member ' || right(person::text, 4),
        email = 'former-' || person::text || '@erased.invalid', notices = '{}', is_active = false,
        is_platform = false, erased_at = clock_timestamp()
    WHERE id = person;
END
"""

# Nothing is kept of invitations that have ended; one without an address is open to nobody.
END_WHAT_HAS_ENDED = """
UPDATE studios_invitation SET withdrawn_at = clock_timestamp()
WHERE email = '' AND accepted_at IS NULL AND withdrawn_at IS NULL;
UPDATE studios_personaltext kept SET text = octavo_pseudonym(noun, row_id), erased_at = clock_timestamp()
WHERE noun = 'studios.invitation' AND erased_at IS NULL AND NOT EXISTS (
    SELECT FROM studios_invitation invited
    WHERE invited.id = kept.row_id AND invited.accepted_at IS NULL AND invited.withdrawn_at IS NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("studios", "0009_leaving")]

    operations = [
        migrations.RunSQL(PSEUDONYM, "DROP FUNCTION octavo_pseudonym(text, uuid)"),
        migrations.RunSQL(
            definer(
                "octavo_erase_personal_texts(of_noun text, of_rows uuid[])",
                "void",
                ERASE_PERSONAL_TEXTS,
                volatile="VOLATILE",
            ),
            "DROP FUNCTION octavo_erase_personal_texts(text, uuid[])",
        ),
        # Whoever could write the texts could write history.
        migrations.RunSQL(
            f"REVOKE UPDATE (text, erased_at) ON studios_personaltext FROM {APP}",
            f"GRANT UPDATE (text, erased_at) ON studios_personaltext TO {APP}",
        ),
        migrations.RunSQL(
            definer(
                "octavo_erase_account(person uuid)", "void", ERASE_ACCOUNT, language="plpgsql", volatile="VOLATILE"
            ),
            definer(
                "octavo_erase_account(person uuid)",
                "void",
                erasing.ERASE_ACCOUNT,
                language="plpgsql",
                volatile="VOLATILE",
            ),
        ),
        migrations.RunSQL(END_WHAT_HAS_ENDED, migrations.RunSQL.noop),
    ]
