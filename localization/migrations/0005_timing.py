"""Versions at the times of another master: made by one confirmation, or confirmed as they are."""

import django.db.models.deletion
import studios.keys
import studios.scope
from django.conf import settings
from django.db import migrations, models

from studios.isolation import Isolate

#: Files that were handed down before they said which master they are timed to.
_TIMED = """
    UPDATE media_sidecar sidecar SET master_id = version.master_id
      FROM localization_version version WHERE version.id = sidecar.origin_id AND version.master_id IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_personal_names'),
        ('localization', '0004_lists'),
        ('media', '0009_alignments'),
        ('studios', '0011_audit_of_everything'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Conforming',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('applied', 'applied'), ('taken back', 'taken back')], default='applied', max_length=16, verbose_name='state')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='confirmed')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('cut', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='conformings', to='catalog.cut', verbose_name='cut')),
                ('master', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='conformings', to='media.master', verbose_name='master')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'conforming',
                'verbose_name_plural': 'conformings',
            },
        ),
        migrations.CreateModel(
            name='TimingConfirmation',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='confirmed')),
                ('conforming', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='localization.conforming')),
                ('master', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='timing_confirmations', to='media.master', verbose_name='master')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='timing_confirmations', to='localization.version', verbose_name='version')),
            ],
            options={
                'verbose_name': 'confirmation of timing',
                'verbose_name_plural': 'confirmations of timing',
            },
        ),
        migrations.AddField(
            model_name='version',
            name='retimed_from',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='retimings', to='localization.version', verbose_name='same text as'),
        ),
        migrations.AlterField(
            model_name='version',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in review', 'in review'), ('changes requested', 'changes requested'), ('approved', 'approved'), ('taken back', 'taken back')], default='draft', max_length=20, verbose_name='state'),
        ),
        migrations.AddField(
            model_name='version',
            name='conforming',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='localization.conforming'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=studios.keys.SameStudio(field='retimed_from', name='localization_version_retimed_from_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=studios.keys.SameStudio(field='conforming', name='localization_version_conforming_of_same_studio'),
        ),
        migrations.AddIndex(
            model_name='conforming',
            index=models.Index(fields=['studio', 'cut', '-id'], name='conformings_of_cut'),
        ),
        migrations.AddConstraint(
            model_name='conforming',
            constraint=models.UniqueConstraint(fields=('studio', 'id'), name='localization_conforming_in_its_studio'),
        ),
        migrations.AddConstraint(
            model_name='conforming',
            constraint=studios.keys.SameStudio(field='cut', name='localization_conforming_cut_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='conforming',
            constraint=studios.keys.SameStudio(field='master', name='localization_conforming_master_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='timingconfirmation',
            constraint=studios.keys.SameStudio(field='version', name='localization_timingconfirmation_version_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='timingconfirmation',
            constraint=studios.keys.SameStudio(field='master', name='localization_timingconfirmation_master_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='timingconfirmation',
            constraint=studios.keys.SameStudio(field='conforming', name='localization_timingconfirmation_conforming_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='timingconfirmation',
            constraint=models.UniqueConstraint(fields=('studio', 'version', 'master'), name='one_confirmation_per_master'),
        ),
        Isolate("Conforming", may_change=["state"]),
        Isolate("TimingConfirmation", may_change=[]),
        migrations.RunSQL(_TIMED, migrations.RunSQL.noop),
    ]
