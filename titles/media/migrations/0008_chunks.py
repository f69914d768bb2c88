"""Finished chunks of unfinished work. They come and go by the dozen and are no business of the audit."""

import django.db.models.deletion
import studios.keys
import studios.scope
from django.db import migrations, models

from studios.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('media', '0007_picture_notes'),
        ('studios', '0011_audit_of_everything'),
    ]

    operations = [
        migrations.CreateModel(
            name='Chunk',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField()),
                ('plan', models.CharField(max_length=64)),
                ('encoder', models.CharField(max_length=64)),
                ('index', models.PositiveSmallIntegerField()),
                ('first_frame', models.PositiveIntegerField()),
                ('frame_count', models.PositiveIntegerField()),
                ('file', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('size_bytes', models.BigIntegerField()),
                ('token', models.BigIntegerField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('master', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='media.master')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'chunk',
                'verbose_name_plural': 'chunks',
                'constraints': [studios.keys.SameStudio(field='master', name='media_chunk_master_of_same_studio'), models.UniqueConstraint(fields=('studio', 'subject_id', 'plan', 'index'), name='each_chunk_once_per_plan')],
            },
        ),
        Isolate("Chunk", audited=False, may_change=[]),
    ]
