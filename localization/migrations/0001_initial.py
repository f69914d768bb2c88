import django.db.models.deletion
import studios.keys
import studios.scope
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('media', '0001_initial'),
        ('studios', '0001_initial'),
        ('studios', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Track',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('language', models.CharField(max_length=35, verbose_name='language')),
                ('kind', models.CharField(choices=[('full', 'full'), ('sdh', 'for the deaf and hard of hearing'), ('forced', 'forced'), ('dub', 'dubbing script')], default='full', max_length=8, verbose_name='kind')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('cut', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='tracks', to='catalog.cut', verbose_name='cut')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'subtitle track',
                'verbose_name_plural': 'subtitle tracks',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='localization_track_in_its_studio'), studios.keys.SameStudio(field='cut', name='localization_track_cut_of_same_studio'), models.UniqueConstraint(fields=('studio', 'cut', 'language', 'kind'), name='one_track_per_language_and_kind')],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in review', 'in review'), ('changes requested', 'changes requested'), ('approved', 'approved')], default='draft', max_length=20, verbose_name='state')),
                ('document', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('cue_count', models.PositiveIntegerField(verbose_name='cues')),
                ('original_name', models.CharField(blank=True, max_length=255, verbose_name='file')),
                ('encoding', models.CharField(blank=True, max_length=32, verbose_name='encoding')),
                ('repairs', models.JSONField(default=list, verbose_name='repairs')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('master', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='media.master', verbose_name='timed to')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('track', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='localization.track', verbose_name='track')),
                ('translated_from', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='translations', to='localization.version', verbose_name='translated from')),
            ],
            options={
                'verbose_name': 'version',
                'verbose_name_plural': 'versions',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='localization_version_in_its_studio'), studios.keys.SameStudio(field='track', name='localization_version_track_of_same_studio'), studios.keys.SameStudio(field='master', name='localization_version_master_of_same_studio'), studios.keys.SameStudio(field='translated_from', name='localization_version_translated_from_of_same_studio'), models.UniqueConstraint(fields=('studio', 'track', 'number'), name='one_version_per_number')],
            },
        ),
    ]
