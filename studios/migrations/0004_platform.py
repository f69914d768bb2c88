"""What a person sees of studios before any scope: where they work, and for platform staff that studios exist."""

from django.db import migrations

from studios.isolation import definer

WORKPLACES_OF = """
SELECT studio.id, studio.name::text, studio.state::text
FROM studios_membership member JOIN studios_studio studio ON studio.id = member.studio_id
WHERE member.user_id = person AND (member.ends_at IS NULL OR member.ends_at > clock_timestamp())
ORDER BY member.created_at, member.id
"""

# No content: that a studio is there, how it stands, since when, and how many people work in it.
STUDIOS_FOR_PLATFORM = """
SELECT studio.id, studio.name::text, studio.slug::text, studio.state::text, studio.created_at,
    coalesce(
        (SELECT max(move.at) FROM studios_move move
         WHERE move.studio_id = studio.id AND move.noun = 'studios.studio' AND move.row_id = studio.id),
        studio.created_at),
    (SELECT count(*) FROM studios_membership member
     WHERE member.studio_id = studio.id AND (member.ends_at IS NULL OR member.ends_at > clock_timestamp()))
FROM studios_studio studio
WHERE EXISTS (SELECT 1 FROM studios_user staff WHERE staff.id = person AND staff.is_platform AND staff.is_active)
ORDER BY studio.name, studio.id
"""

IS_OPEN = "SELECT coalesce((SELECT state <> 'suspended' FROM studios_studio WHERE id = wanted), false)"

# The clock works for studios that are at work: a suspended one rests.
STUDIOS = "SELECT id FROM studios_studio WHERE state <> 'suspended' ORDER BY id"
STUDIOS_BEFORE = "SELECT id FROM studios_studio ORDER BY id"


class Migration(migrations.Migration):
    dependencies = [("studios", "0003_accounts_and_keys")]

    operations = [
        migrations.RunSQL(
            definer("octavo_workplaces_of(person uuid)", "TABLE (id uuid, name text, state text)", WORKPLACES_OF),
            "DROP FUNCTION octavo_workplaces_of(uuid)",
        ),
        migrations.RunSQL(
            definer(
                "octavo_studios_for_platform(person uuid)",
                "TABLE (id uuid, name text, slug text, state text, created_at timestamptz, since timestamptz,"
                " members bigint)",
                STUDIOS_FOR_PLATFORM,
            ),
            "DROP FUNCTION octavo_studios_for_platform(uuid)",
        ),
        migrations.RunSQL(
            definer("octavo_studio_is_open(wanted uuid)", "boolean", IS_OPEN),
            "DROP FUNCTION octavo_studio_is_open(uuid)",
        ),
        migrations.RunSQL(
            definer("octavo_studios()", "SETOF uuid", STUDIOS), definer("octavo_studios()", "SETOF uuid", STUDIOS_BEFORE)
        ),
    ]
