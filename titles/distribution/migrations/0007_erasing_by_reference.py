"""What partners were told says what its release's references say: in the credits, by place, never by likeness."""

from importlib import import_module

from django.db import migrations

from studios.isolation import definer

personal = import_module("titles.distribution.migrations.0006_personal_names")

# The body of an entry has its credits in the order of its release's document, whose names are references. ``whose`` is
# the row that the texts belong to; they must have been erased, so nobody chooses the words. The digest stays that of
# the bytes that were served.
PSEUDONYMISE = """
DECLARE
    here uuid := current_setting('octavo.studio')::uuid;
    named record;
BEGIN
    FOR named IN
        SELECT release.id AS release_id, kept.text AS pseudonym,
            ARRAY['credits', (credit.place - 1)::text, 'names', name.key] AS path
        FROM distribution_release release
        CROSS JOIN LATERAL jsonb_array_elements(release.document -> 'credits') WITH ORDINALITY AS credit (said, place)
        CROSS JOIN LATERAL jsonb_each(credit.said -> 'names') AS name
        JOIN studios_personaltext kept ON kept.id::text = name.value ->> 'personal'
        WHERE release.studio_id = here AND release.episode_id IS NULL
            AND kept.studio_id = here AND kept.row_id = whose AND kept.erased_at IS NOT NULL
    LOOP
        UPDATE distribution_feedentry
        SET pseudonymised_at = clock_timestamp(),
            body = jsonb_set(body::jsonb, named.path, to_jsonb(named.pseudonym), false)::text
        WHERE studio_id = here AND noun = 'series' AND release_id = named.release_id AND body <> '';
    END LOOP;
END
"""


class Migration(migrations.Migration):
    dependencies = [("distribution", "0006_personal_names"), ("studios", "0010_erasing_by_reference")]

    operations = [
        migrations.RunSQL(
            "DROP FUNCTION octavo_pseudonymise_entries(uuid, text)",
            definer(
                "octavo_pseudonymise_entries(person uuid, pseudonym text)",
                "void",
                personal.PSEUDONYMISE,
                language="plpgsql",
                volatile="VOLATILE",
            ),
        ),
        migrations.RunSQL(
            definer(
                "octavo_pseudonymise_entries(whose uuid)",
                "void",
                PSEUDONYMISE,
                language="plpgsql",
                volatile="VOLATILE",
            ),
            "DROP FUNCTION octavo_pseudonymise_entries(uuid)",
        ),
    ]
