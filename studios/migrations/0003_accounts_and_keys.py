"""Accounts that are invited, stand-ins, the inbox, keys of the studio's own machines, and personal texts apart."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import studios.keys
import studios.scope
from studios.isolation import Isolate, definer


# What a trigger writes of a row. TG_ARGV: the noun, the column of the studio, columns whose change alone is not worth
# a row (JSON list), columns with personal data (JSON list): of these only a reference to a PersonalText is kept.
RECORD_CHANGE = """
CREATE OR REPLACE FUNCTION octavo_record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $body$
DECLARE
    kept jsonb := CASE WHEN TG_OP = 'INSERT' THEN to_jsonb(NEW) ELSE to_jsonb(OLD) END;
    studio uuid := (kept ->> TG_ARGV[1])::uuid;
    of_row uuid := (kept ->> 'id')::uuid;
    silent text[] := CASE WHEN TG_NARGS > 2 THEN string_to_array(TG_ARGV[2], ',') ELSE '{}' END;
    personal text;
    reference uuid;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - silent = kept - silent THEN
        RETURN NULL;
    END IF;
    IF TG_NARGS > 3 THEN
        FOREACH personal IN ARRAY string_to_array(TG_ARGV[3], ',') LOOP
            IF kept ->> personal <> '' THEN
                reference := octavo_keep_personal_text(studio, TG_ARGV[0], of_row, kept ->> personal);
                kept := jsonb_set(kept, ARRAY[personal], jsonb_build_object('personal', reference));
            END IF;
        END LOOP;
    END IF;
    INSERT INTO studios_change (studio_id, noun, row_id, operation, person_id, door, at, row)
    VALUES (
        studio, TG_ARGV[0], of_row, lower(TG_OP),
        nullif(current_setting('octavo.person', true), '')::uuid,
        coalesce(nullif(current_setting('octavo.door', true), ''), 'database'), clock_timestamp(), kept
    );
    RETURN NULL;
END $body$;
"""

# The reference to a personal text of a row: the same one for the same text, until that is erased.
KEEP_PERSONAL_TEXT = """
CREATE FUNCTION octavo_keep_personal_text(in_studio uuid, of_noun text, of_row uuid, said text)
RETURNS uuid LANGUAGE plpgsql AS $body$
DECLARE
    reference uuid;
BEGIN
    SELECT id INTO reference FROM studios_personaltext
    WHERE studio_id = in_studio AND noun = of_noun AND row_id = of_row AND text = said AND erased_at IS NULL LIMIT 1;
    IF reference IS NULL THEN
        INSERT INTO studios_personaltext (id, studio_id, noun, row_id, text)
        VALUES (gen_random_uuid(), in_studio, of_noun, of_row, said) RETURNING id INTO reference;
    END IF;
    RETURN reference;
END $body$;
"""

STUDIOS_OF = """
SELECT member.studio_id FROM studios_membership member JOIN studios_studio studio ON studio.id = member.studio_id
WHERE member.user_id = person AND studio.state <> 'suspended'
    AND (member.ends_at IS NULL OR member.ends_at > clock_timestamp())
ORDER BY member.created_at, member.id
"""
STUDIOS_OF_BEFORE = "SELECT studio_id FROM studios_membership WHERE user_id = person ORDER BY created_at, id"

STUDIO_OF_KEY = """
SELECT key.studio_id FROM studios_studiokey key JOIN studios_studio studio ON studio.id = key.studio_id
WHERE key.prefix = key_prefix AND studio.state <> 'suspended'
"""
STUDIO_OF_INVITATION = """
SELECT invited.studio_id FROM studios_invitation invited JOIN studios_studio studio ON studio.id = invited.studio_id
WHERE invited.secret_hash = link_hash AND studio.state = 'active'
"""


class Migration(migrations.Migration):
    dependencies = [("studios", "0002_isolation")]

    operations = [
        migrations.AddConstraint(
            "membership", models.UniqueConstraint(fields=("studio", "id"), name="studios_membership_in_its_studio")
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('owner', 'Owner'), ('producer', 'Producer'), ('editor', 'Editor'), ('reviewer', 'Reviewer'), ('distributor', 'Distributor'), ('viewer', 'Viewer'), ('guest', 'Guest')], max_length=16), size=None, verbose_name='roles')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=35), blank=True, default=list, size=None, verbose_name='languages')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='invited')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('accepted_at', models.DateTimeField(null=True, verbose_name='accepted')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None)), fields=('studio', 'email'), name='one_open_invitation_per_address')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(choices=[('mention', 'You are mentioned'), ('assignment', 'Something is assigned to you'), ('refusal', 'Your work was sent back'), ('failure', 'A job of yours failed'), ('expiry', 'Something runs out')], max_length=12, verbose_name='kind')),
                ('sentence', models.TextField(verbose_name='what happened')),
                ('noun', models.CharField(max_length=64)),
                ('row_id', models.UUIDField()),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('read_at', models.DateTimeField(null=True, verbose_name='read')),
                ('mailed_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'inbox',
                'indexes': [models.Index(fields=['studio', 'person', 'at', 'id'], name='notice_of_person')],
            },
        ),
        migrations.CreateModel(
            name='PersonalText',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('noun', models.CharField(max_length=64)),
                ('row_id', models.UUIDField()),
                ('text', models.TextField()),
                ('erased_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'personal text',
                'verbose_name_plural': 'personal texts',
                'indexes': [models.Index(fields=['studio', 'noun', 'row_id'], name='personal_text_of_row')],
            },
        ),
        migrations.CreateModel(
            name='StandIn',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('approver', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='stand_ins', to='studios.membership', verbose_name='who is away')),
                ('deputy', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='standing_in', to='studios.membership', verbose_name='who stands in')),
                ('from_date', models.DateField(verbose_name='from')),
                ('until_date', models.DateField(verbose_name='until')),
            ],
            options={
                'verbose_name': 'stand-in',
                'verbose_name_plural': 'stand-ins',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='studios_standin_in_its_studio'), studios.keys.SameStudio(field='approver', name='studios_standin_approver_of_same_studio'), studios.keys.SameStudio(field='deputy', name='studios_standin_deputy_of_same_studio'), models.CheckConstraint(condition=models.Q(('from_date__lte', models.F('until_date'))), name='stand_in_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('approver', models.F('deputy')), _negated=True), name='stand_in_is_somebody_else')],
            },
        ),
        migrations.CreateModel(
            name='StudioKey',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('prefix', models.CharField(max_length=12, unique=True, verbose_name='prefix')),
                ('secret_hash', models.CharField(max_length=64)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), default=list, size=None, verbose_name='scopes')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('made_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('last_used_at', models.DateTimeField(null=True, verbose_name='last used')),
                ('name', models.CharField(help_text='What uses it, such as: reporting.', max_length=80, verbose_name='name')),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
            },
        ),
        migrations.AddField("membership", "ends_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="until")),
        migrations.AddField(
            "membership",
            "why",
            models.TextField(
                blank=True,
                editable=False,
                help_text="What platform staff said when they came in.",
                verbose_name="why",
            ),
        ),
        migrations.AddField(
            "studio",
            "mfa_required",
            models.BooleanField(
                default=False,
                help_text="Members without an authenticator app or a passkey are asked to enrol one before they go on.",
                verbose_name="second factor required",
            ),
        ),
        migrations.AddField(
            "studio",
            "purged_after",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="purged after"),
        ),
        migrations.AddField(
            "studio",
            "state",
            models.CharField(
                choices=[("active", "active"), ("suspended", "suspended"), ("closing", "closing")],
                default="active",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AddField("user", "erased_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "user",
            "is_platform",
            models.BooleanField(
                default=False,
                help_text="Creates and suspends studios, and sees none of what is in them.",
                verbose_name="platform staff",
            ),
        ),
        migrations.AddField("user", "notices", models.JSONField(blank=True, default=dict, verbose_name="notices")),
        migrations.AddIndex("change", models.Index(fields=["studio", "at", "id"], name="change_in_time")),
        migrations.AddIndex("move", models.Index(fields=["studio", "at", "id"], name="move_in_time")),
        migrations.RunSQL(KEEP_PERSONAL_TEXT, "DROP FUNCTION octavo_keep_personal_text(uuid, text, uuid, text)"),
        migrations.RunSQL(RECORD_CHANGE, migrations.RunSQL.noop),
        migrations.RunSQL(
            definer("octavo_studios_of(person uuid)", "SETOF uuid", STUDIOS_OF),
            definer("octavo_studios_of(person uuid)", "SETOF uuid", STUDIOS_OF_BEFORE),
        ),
        migrations.RunSQL(
            definer("octavo_studio_of_studio_key(key_prefix text)", "uuid", STUDIO_OF_KEY),
            "DROP FUNCTION octavo_studio_of_studio_key(text)",
        ),
        migrations.RunSQL(
            definer("octavo_studio_of_invitation(link_hash text)", "uuid", STUDIO_OF_INVITATION),
            "DROP FUNCTION octavo_studio_of_invitation(text)",
        ),
        Isolate("Invitation", personal=["email", "name"]),
        Isolate("StandIn"),
        Isolate("Notice", audited=False),
        Isolate("StudioKey", silent=["last_used_at"]),
        # References to it last as long as the studio does: a text is replaced, never deleted.
        Isolate("PersonalText", audited=False, may_change=["text", "erased_at"]),
        migrations.RunSQL(
            f"REVOKE DELETE ON studios_personaltext FROM {settings.APP_LOGIN}",
            f"GRANT DELETE ON studios_personaltext TO {settings.APP_LOGIN}",
        ),
    ]
