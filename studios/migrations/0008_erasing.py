"""Erasing an account reaches into every studio the person ever worked in."""

from django.db import migrations

from studios.isolation import definer

# Studios that would be left without an owner.
SOLE_OWNER_IN = """
SELECT mine.studio_id FROM studios_membership mine
WHERE mine.user_id = person AND 'owner' = ANY(mine.roles) AND NOT EXISTS (
    SELECT FROM studios_membership other
    WHERE other.studio_id = mine.studio_id AND other.user_id <> person AND 'owner' = ANY(other.roles)
        AND (other.ends_at IS NULL OR other.ends_at > clock_timestamp()))
"""

# What the account is called is read here, so that nothing but an account's own name and address can be replaced.
# Reasons and notices are prose in which people are named; the audit keeps old rows of them and comes last, since the
# replacing itself is recorded. A name of one word is replaced where it is addressed (@name): it may be any word.
ERASE_ACCOUNT = r"""
DECLARE
    called text;
    address text;
    alias text := 'Former member ' || right(person::text, 4);
    words text[];
    pattern text;
    prose record;
BEGIN
    SELECT name, email INTO called, address FROM studios_user WHERE id = person AND erased_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    words := ARRAY[address];
    IF called <> '' THEN
        words := words || (CASE WHEN called ~ '\s' THEN called ELSE '@' || called END);
    END IF;
    SELECT string_agg('(?:' || CASE WHEN left(word, 1) = '@' THEN '' ELSE '\m' END
        || regexp_replace(word, '([^[:alnum:][:space:]])', '\\\1', 'g') || '(?![[:alnum:]]))', '|')
    INTO pattern FROM unnest(words) AS word;

    UPDATE studios_invitation SET email = '', name = '' WHERE lower(email) = lower(address);
    DELETE FROM studios_notice WHERE person_id = person;
    UPDATE studios_personaltext SET text = alias, erased_at = clock_timestamp()
    WHERE noun = 'studios.invitation' AND erased_at IS NULL AND (lower(text) = lower(address) OR row_id IN (
        SELECT mine.row_id FROM studios_personaltext mine
        WHERE mine.noun = 'studios.invitation' AND lower(mine.text) = lower(address)));

    FOR prose IN
        SELECT told.table_name, told.column_name FROM information_schema.columns told
        JOIN information_schema.columns owned USING (table_schema, table_name)
        WHERE told.table_schema = 'public' AND owned.column_name = 'studio_id'
            AND told.column_name IN ('why', 'sentence', 'error', 'summary') AND told.data_type IN ('text', 'character varying')
    LOOP
        EXECUTE format('UPDATE %I SET %I = regexp_replace(%I, $1, $2, ''gi'') WHERE %I ~* $1',
            prose.table_name, prose.column_name, prose.column_name, prose.column_name) USING pattern, alias;
    END LOOP;
    UPDATE studios_change SET row = regexp_replace(row::text, pattern, alias, 'gi')::jsonb
    WHERE studio_id IN (
        SELECT here.studio_id FROM studios_change here
        WHERE here.noun = 'studios.membership' AND here.row ->> 'user_id' = person::text)
        AND row::text ~* pattern;
    UPDATE studios_user SET name = alias, email = 'former-' || person::text || '@erased.invalid', notices = '{}',
        is_active = false, is_platform = false, erased_at = clock_timestamp()
    WHERE id = person;
END
"""


class Migration(migrations.Migration):
    dependencies = [("studios", "0007_invitations")]

    operations = [
        migrations.RunSQL(
            definer("octavo_sole_owner_in(person uuid)", "SETOF uuid", SOLE_OWNER_IN),
            "DROP FUNCTION octavo_sole_owner_in(uuid)",
        ),
        migrations.RunSQL(
            definer(
                "octavo_erase_account(person uuid)", "void", ERASE_ACCOUNT, language="plpgsql", volatile="VOLATILE"
            ),
            "DROP FUNCTION octavo_erase_account(uuid)",
        ),
    ]
