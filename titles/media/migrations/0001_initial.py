import django.db.models.deletion
import django.utils.timezone
import studios.keys
import studios.scope
import titles.media.models.master
import titles.media.models.package
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('studios', '0001_initial'),
        ('studios', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='AudioTrack',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('language', models.CharField(max_length=35, verbose_name='language')),
                ('role', models.CharField(choices=[('original', 'original'), ('dub', 'dub'), ('music and effects', 'music and effects'), ('description', 'description')], default='original', max_length=20, verbose_name='role')),
                ('cut', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='audio_tracks', to='catalog.cut')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'audio track',
                'verbose_name_plural': 'audio tracks',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='media_audiotrack_in_its_studio'), studios.keys.SameStudio(field='cut', name='media_audiotrack_cut_of_same_studio'), models.UniqueConstraint(fields=('studio', 'cut', 'language', 'role'), name='one_audio_track_per_language_and_role')],
            },
        ),
        migrations.CreateModel(
            name='Master',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('file', models.FileField(max_length=200, storage=titles.media.models.master.masters_storage, upload_to='', verbose_name='file')),
                ('original_name', models.CharField(max_length=255, verbose_name='name when uploaded')),
                ('size_bytes', models.BigIntegerField(verbose_name='size')),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                ('state', models.CharField(choices=[('received', 'waiting for its check'), ('accepted', 'accepted'), ('needs waiver', 'needs a waiver'), ('rejected', 'rejected')], default='received', max_length=16, verbose_name='state')),
                ('inspection', models.JSONField(null=True)),
                ('cut', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='masters', to='catalog.cut', verbose_name='cut')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'master',
                'verbose_name_plural': 'masters',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='media_master_in_its_studio'), studios.keys.SameStudio(field='cut', name='media_master_cut_of_same_studio'), models.UniqueConstraint(fields=('studio', 'cut', 'number'), name='one_master_per_number'), models.UniqueConstraint(fields=('studio', 'cut', 'sha256'), name='each_file_once_per_cut', violation_error_message='This cut already has exactly this file as a master.')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=40, verbose_name='rule')),
                ('severity', models.CharField(max_length=16, verbose_name='severity')),
                ('measured', models.JSONField(null=True, verbose_name='measured')),
                ('limit', models.JSONField(null=True, verbose_name='limit')),
                ('sentence', models.TextField(verbose_name='finding')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('master', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='media.master')),
            ],
            options={
                'verbose_name': 'finding',
                'verbose_name_plural': 'findings',
                'constraints': [studios.keys.SameStudio(field='master', name='media_finding_master_of_same_studio')],
            },
        ),
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('quality', models.CharField(max_length=8, verbose_name='quality')),
                ('duration_ms', models.PositiveIntegerField(verbose_name='duration')),
                ('frame_count', models.PositiveIntegerField(verbose_name='frames')),
                ('poster', models.FileField(max_length=200, storage=titles.media.models.package.packages_storage, upload_to='', verbose_name='poster')),
                ('poster_width_px', models.PositiveIntegerField()),
                ('poster_height_px', models.PositiveIntegerField()),
                ('poster_sha256', models.CharField(max_length=64)),
                ('mezzanine', models.FileField(max_length=200, storage=titles.media.models.package.packages_storage, upload_to='', verbose_name='mezzanine')),
                ('mezzanine_bytes', models.BigIntegerField()),
                ('mezzanine_sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('cut', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='catalog.cut', verbose_name='cut')),
                ('master', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='media.master', verbose_name='master')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'package',
                'verbose_name_plural': 'packages',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='media_package_in_its_studio'), studios.keys.SameStudio(field='cut', name='media_package_cut_of_same_studio'), studios.keys.SameStudio(field='master', name='media_package_master_of_same_studio'), models.UniqueConstraint(fields=('studio', 'cut', 'number'), name='one_package_per_number')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('composed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='composed')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('package', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='media.package', verbose_name='package')),
            ],
            options={
                'verbose_name': 'edition',
                'verbose_name_plural': 'editions',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='media_edition_in_its_studio'), studios.keys.SameStudio(field='package', name='media_edition_package_of_same_studio'), models.UniqueConstraint(fields=('studio', 'package', 'digest'), name='one_edition_per_digest')],
            },
        ),
        migrations.CreateModel(
            name='Sidecar',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('language', models.CharField(max_length=35, verbose_name='language')),
                ('kind', models.CharField(max_length=8, verbose_name='kind')),
                ('name', models.CharField(max_length=80, verbose_name='name in players')),
                ('webvtt', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('origin_id', models.UUIDField()),
                ('handed_down_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('cut', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='sidecars', to='catalog.cut')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'subtitle file',
                'verbose_name_plural': 'subtitle files',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='media_sidecar_in_its_studio'), studios.keys.SameStudio(field='cut', name='media_sidecar_cut_of_same_studio'), models.UniqueConstraint(fields=('studio', 'cut', 'language', 'kind', 'sha256'), name='each_sidecar_text_once')],
            },
        ),
        migrations.CreateModel(
            name='EditionSidecar',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(max_length=80)),
                ('edition', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='edition_sidecars', to='media.edition')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('sidecar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='edition_sidecars', to='media.sidecar')),
            ],
            options={
                'verbose_name': 'subtitle file of the edition',
                'verbose_name_plural': 'subtitle files of the edition',
                'constraints': [studios.keys.SameStudio(field='edition', name='media_editionsidecar_edition_of_same_studio'), studios.keys.SameStudio(field='sidecar', name='media_editionsidecar_sidecar_of_same_studio'), models.UniqueConstraint(fields=('studio', 'edition', 'sidecar'), name='each_sidecar_once_per_edition')],
            },
        ),
        migrations.AddField(
            model_name='edition',
            name='sidecars',
            field=models.ManyToManyField(related_name='editions', through='media.EditionSidecar', to='media.sidecar'),
        ),
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('picture', 'picture'), ('sound', 'sound')], max_length=8, verbose_name='kind')),
                ('facts', models.JSONField()),
                ('size_bytes', models.BigIntegerField(verbose_name='size')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'stream',
                'verbose_name_plural': 'streams',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='media_stream_in_its_studio'), models.UniqueConstraint(fields=('studio', 'digest'), name='one_stream_per_digest')],
            },
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('audio_track', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renditions', to='media.audiotrack')),
                ('package', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='media.package')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('stream', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='renditions', to='media.stream')),
            ],
            options={
                'verbose_name': 'rendition',
                'verbose_name_plural': 'renditions',
                'constraints': [studios.keys.SameStudio(field='package', name='media_rendition_package_of_same_studio'), studios.keys.SameStudio(field='stream', name='media_rendition_stream_of_same_studio'), studios.keys.SameStudio(field='audio_track', name='media_rendition_audio_track_of_same_studio'), models.UniqueConstraint(fields=('studio', 'package', 'stream'), name='each_stream_once_per_package')],
            },
        ),
    ]
