"""Two logins, the audit, and row-level security on the studios' own tables."""

from django.conf import settings
from django.db import migrations

from studios.isolation import Isolate, definer

APP = settings.APP_LOGIN

# ``app`` reads and writes rows and owns nothing. Default privileges cover the tables of later migrations, the plain
# grants those that other apps made before this one: any order of migrations ends the same way.
PRIVILEGES = f"""
GRANT USAGE ON SCHEMA public TO {APP};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APP};
"""
NO_PRIVILEGES = f"""
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {APP};
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {APP};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APP};
"""

# Attached by Isolate to every audited table. It runs as the owner, so ``app`` can neither forge nor silence it; an
# update that changes nothing leaves no row.
RECORD_CHANGE = """
CREATE FUNCTION octavo_record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $body$
DECLARE
    kept jsonb := CASE WHEN TG_OP = 'INSERT' THEN to_jsonb(NEW) ELSE to_jsonb(OLD) END;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = kept THEN
        RETURN NULL;
    END IF;
    INSERT INTO studios_change (studio_id, noun, row_id, operation, person_id, door, at, row)
    VALUES (
        (kept ->> TG_ARGV[1])::uuid, TG_ARGV[0], (kept ->> 'id')::uuid, lower(TG_OP),
        nullif(current_setting('octavo.person', true), '')::uuid,
        coalesce(nullif(current_setting('octavo.door', true), ''), 'database'), clock_timestamp(), kept
    );
    RETURN NULL;
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("studios", "0001_initial")]

    operations = [
        migrations.RunSQL(PRIVILEGES, NO_PRIVILEGES),
        migrations.RunSQL(RECORD_CHANGE, "DROP FUNCTION octavo_record_change()"),
        # What precedes a scope: which studios a person works in, and which studio a command names.
        migrations.RunSQL(
            definer(
                "octavo_studios_of(person uuid)",
                "SETOF uuid",
                "SELECT studio_id FROM studios_membership WHERE user_id = person ORDER BY created_at, id",
            ),
            "DROP FUNCTION octavo_studios_of(uuid)",
        ),
        migrations.RunSQL(
            definer(
                "octavo_studio_called(short_name text)",
                "uuid",
                "SELECT id FROM studios_studio WHERE slug = short_name",
            ),
            "DROP FUNCTION octavo_studio_called(text)",
        ),
        migrations.RunSQL(
            definer("octavo_studios()", "SETOF uuid", "SELECT id FROM studios_studio ORDER BY id"),
            "DROP FUNCTION octavo_studios()",
        ),
        Isolate("Studio", studio_column="id"),
        Isolate("Membership"),
        Isolate("Move", audited=False, append_only=True),
        Isolate("Change", audited=False, append_only=True),
        migrations.RunSQL(
            f"REVOKE INSERT ON studios_change FROM {APP}", f"GRANT INSERT ON studios_change TO {APP}"
        ),
    ]
