"""Where an old edit is in a new one, and to which master a subtitle file is timed."""

import django.core.validators
import django.db.models.deletion
import studios.keys
import studios.scope
from django.db import migrations, models

from studios.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_personal_names'),
        ('media', '0008_chunks'),
        ('studios', '0011_audit_of_everything'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alignment',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('passages', models.JSONField()),
                ('confidence', models.FloatField(validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='alike')),
                ('old_duration_ms', models.PositiveIntegerField()),
                ('new_duration_ms', models.PositiveIntegerField()),
                ('old_contour', models.JSONField(default=list)),
                ('new_contour', models.JSONField(default=list)),
                ('found_at', models.DateTimeField(auto_now_add=True, verbose_name='found')),
                ('new_master', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='alignments_to_older', to='media.master', verbose_name='new')),
                ('old_master', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='alignments_to_newer', to='media.master', verbose_name='old')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'alignment',
                'verbose_name_plural': 'alignments',
            },
        ),
        migrations.RemoveConstraint(
            model_name='sidecar',
            name='each_sidecar_text_once',
        ),
        migrations.AddField(
            model_name='sidecar',
            name='master',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sidecars', to='media.master'),
        ),
        migrations.AddConstraint(
            model_name='sidecar',
            constraint=studios.keys.SameStudio(field='master', name='media_sidecar_master_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='sidecar',
            constraint=models.UniqueConstraint(fields=('studio', 'cut', 'language', 'kind', 'sha256', 'master'), name='each_sidecar_text_once_per_master', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='alignment',
            constraint=models.UniqueConstraint(fields=('studio', 'id'), name='media_alignment_in_its_studio'),
        ),
        migrations.AddConstraint(
            model_name='alignment',
            constraint=studios.keys.SameStudio(field='old_master', name='media_alignment_old_master_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='alignment',
            constraint=studios.keys.SameStudio(field='new_master', name='media_alignment_new_master_of_same_studio'),
        ),
        migrations.AddConstraint(
            model_name='alignment',
            constraint=models.UniqueConstraint(fields=('studio', 'old_master', 'new_master'), name='one_alignment_per_pair'),
        ),
        Isolate("Alignment", may_change=[]),
    ]
