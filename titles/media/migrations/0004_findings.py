"""Findings know their place in the film and can be told in any language; each waived rule has a row of its own."""

import django.contrib.postgres.fields
import django.db.models.deletion
import studios.keys
import studios.scope
import titles.media.models.finding
from django.conf import settings
from django.db import migrations, models

from studios.isolation import Isolate

#: What was waived before there were rows for it: who and why stand in the move.
_WAIVED = """
    INSERT INTO media_waiver (id, studio_id, master_id, rule, why, person_id, at)
    SELECT DISTINCT ON (finding.master_id, finding.rule)
           gen_random_uuid(), finding.studio_id, finding.master_id, finding.rule, move.why, move.person_id, move.at
      FROM media_finding finding
      JOIN studios_move move ON move.noun = 'media.master' AND move.row_id = finding.master_id
     WHERE finding.severity = 'needs waiver' AND move.from_state = 'needs waiver' AND move.to_state = 'accepted'
       AND move.person_id IS NOT NULL
     ORDER BY finding.master_id, finding.rule, move.id DESC
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_personal_names'),
        ('media', '0003_lists'),
        ('studios', '0011_audit_of_everything'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=40, verbose_name='rule')),
                ('why', models.TextField(verbose_name='reason')),
                ('master', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='waivers', to='media.master')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='waived by')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='waived')),
            ],
            options={
                'verbose_name': 'waiver',
                'verbose_name_plural': 'waivers',
            },
        ),
        migrations.AddField(
            model_name='finding',
            name='code',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='finding',
            name='end_ms',
            field=models.PositiveIntegerField(null=True, verbose_name='to'),
        ),
        migrations.AddField(
            model_name='finding',
            name='start_ms',
            field=models.PositiveIntegerField(null=True, verbose_name='from'),
        ),
        migrations.AddField(
            model_name='finding',
            name='still',
            field=models.FileField(blank=True, max_length=200, storage=titles.media.models.finding.stills_storage, upload_to='', verbose_name='picture'),
        ),
        migrations.AddField(
            model_name='finding',
            name='values',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='master',
            name='marks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.AddIndex(
            model_name='master',
            index=models.Index(fields=['studio', 'sha256'], name='masters_by_content'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=studios.keys.SameStudio(field='master', name='media_waiver_master_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.UniqueConstraint(fields=('studio', 'master', 'rule'), name='one_waiver_per_rule'),
        ),
        migrations.RunSQL(_WAIVED, migrations.RunSQL.noop),
        Isolate("Waiver", may_change=[]),
        migrations.RunSQL(
            f"GRANT UPDATE (marks) ON media_master TO {settings.APP_LOGIN}",
            f"REVOKE UPDATE (marks) ON media_master FROM {settings.APP_LOGIN}",
        ),
    ]
