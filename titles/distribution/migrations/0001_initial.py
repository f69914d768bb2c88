import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.expressions
import studios.keys
import studios.scope
import studios.secrets
import titles.distribution.multiranges
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
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(max_length=80, verbose_name='short name')),
                ('number', models.PositiveIntegerField(editable=False)),
                ('dropbox', studios.secrets.SecretField(blank=True, help_text='Where packs go: file:///a/folder or s3://key:secret@host/bucket/prefix. Empty: no packs.', verbose_name='dropbox')),
                ('webhook_url', models.URLField(blank=True, verbose_name='webhook address')),
                ('webhook_secret', studios.secrets.SecretField(blank=True, editable=False)),
                ('feed_epoch', models.UUIDField(default=studios.keys.new_id, editable=False)),
                ('feed_sequence', models.BigIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'partner',
                'verbose_name_plural': 'partners',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='distribution_partner_in_its_studio'), models.UniqueConstraint(fields=('studio', 'slug'), name='one_partner_per_short_name'), models.UniqueConstraint(fields=('studio', 'number'), name='one_partner_per_number'), models.UniqueConstraint(fields=('id', 'number'), name='partner_with_its_number')],
            },
        ),
        migrations.CreateModel(
            name='Deal',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='contract number')),
                ('signed_date', models.DateField(blank=True, null=True, verbose_name='signed')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('partner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='deals', to='distribution.partner')),
            ],
            options={
                'verbose_name': 'deal',
                'verbose_name_plural': 'deals',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='distribution_deal_in_its_studio'), studios.keys.SameStudio(field='partner', name='distribution_deal_partner_of_same_studio')],
            },
        ),
        migrations.CreateModel(
            name='PartnerKey',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('prefix', models.CharField(max_length=12, unique=True, verbose_name='prefix')),
                ('secret_hash', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('last_used_at', models.DateTimeField(null=True, verbose_name='last used')),
                ('partner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='distribution.partner', verbose_name='partner')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'partner key',
                'verbose_name_plural': 'partner keys',
                'constraints': [studios.keys.SameStudio(field='partner', name='distribution_partnerkey_partner_of_same_studio')],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('data', models.JSONField(blank=True, default=dict, verbose_name='profile')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'partner profile',
                'verbose_name_plural': 'partner profiles',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='distribution_profile_in_its_studio'), models.UniqueConstraint(fields=('studio', 'name'), name='one_profile_per_name')],
            },
        ),
        migrations.AddField(
            model_name='partner',
            name='profile',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='partners', to='distribution.profile', verbose_name='profile'),
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('state', models.CharField(choices=[('in review', 'in review'), ('changes requested', 'changes requested'), ('approved', 'approved'), ('withdrawn', 'withdrawn')], default='in review', max_length=20, verbose_name='state')),
                ('document', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('submitted_at', models.DateTimeField(auto_now_add=True, verbose_name='submitted')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
                ('episode', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='catalog.episode', verbose_name='episode')),
                ('series', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='catalog.series', verbose_name='series')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'release',
                'verbose_name_plural': 'releases',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='distribution_release_in_its_studio'), studios.keys.SameStudio(field='series', name='distribution_release_series_of_same_studio'), studios.keys.SameStudio(field='episode', name='distribution_release_episode_of_same_studio'), models.UniqueConstraint(fields=('studio', 'series', 'episode', 'number'), name='one_release_per_number', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='FeedEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.BigIntegerField()),
                ('operation', models.CharField(choices=[('upsert', 'upsert'), ('delete', 'delete')], max_length=8)),
                ('noun', models.CharField(max_length=8)),
                ('subject_id', models.UUIDField()),
                ('revision', models.PositiveIntegerField()),
                ('reason', models.CharField(blank=True, max_length=16)),
                ('body', models.TextField(blank=True)),
                ('body_sha256', models.CharField(blank=True, max_length=64)),
                ('from_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(null=True)),
                ('written_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('partner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='distribution.partner')),
                ('release', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='distribution.release')),
            ],
            options={
                'verbose_name': 'feed entry',
                'verbose_name_plural': 'feed entries',
                'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['studio', 'partner', 'sequence'], name='open_feed_entries')],
                'constraints': [studios.keys.SameStudio(field='partner', name='distribution_feedentry_partner_of_same_studio'), studios.keys.SameStudio(field='release', name='distribution_feedentry_release_of_same_studio'), models.UniqueConstraint(fields=('studio', 'partner', 'sequence'), name='one_entry_per_sequence'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('studio', 'partner', 'subject_id'), name='one_open_entry_per_subject')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent, not yet acknowledged'), ('delivered', 'delivered'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=12, verbose_name='state')),
                ('folder', models.CharField(blank=True, max_length=255, verbose_name='folder')),
                ('manifest_sha256', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='delivered')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('partner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='distribution.partner', verbose_name='partner')),
                ('release', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='distribution.release', verbose_name='release')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='distribution_delivery_in_its_studio'), studios.keys.SameStudio(field='partner', name='distribution_delivery_partner_of_same_studio'), studios.keys.SameStudio(field='release', name='distribution_delivery_release_of_same_studio'), models.UniqueConstraint(fields=('studio', 'partner', 'release'), name='one_delivery_per_partner_and_release')],
            },
        ),
        migrations.CreateModel(
            name='ReleaseCut',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('cut', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='release_cuts', to='catalog.cut')),
                ('edition', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='release_cuts', to='media.edition')),
                ('release', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='release_cuts', to='distribution.release')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'cut of the release',
                'verbose_name_plural': 'cuts of the release',
                'constraints': [studios.keys.SameStudio(field='release', name='distribution_releasecut_release_of_same_studio'), studios.keys.SameStudio(field='cut', name='distribution_releasecut_cut_of_same_studio'), studios.keys.SameStudio(field='edition', name='distribution_releasecut_edition_of_same_studio'), models.UniqueConstraint(fields=('studio', 'release', 'cut'), name='each_cut_once_per_release')],
            },
        ),
        migrations.CreateModel(
            name='ReleasePartner',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('partner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='release_partners', to='distribution.partner')),
                ('release', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='release_partners', to='distribution.release')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'partner of the release',
                'verbose_name_plural': 'partners of the release',
                'constraints': [studios.keys.SameStudio(field='release', name='distribution_releasepartner_release_of_same_studio'), studios.keys.SameStudio(field='partner', name='distribution_releasepartner_partner_of_same_studio'), models.UniqueConstraint(fields=('studio', 'release', 'partner'), name='each_partner_once_per_release')],
            },
        ),
        migrations.AddField(
            model_name='release',
            name='partners',
            field=models.ManyToManyField(related_name='releases', through='distribution.ReleasePartner', to='distribution.partner', verbose_name='partners'),
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('pack', 'pack'), ('webhook', 'webhook')], max_length=8, verbose_name='step')),
                ('succeeded', models.BooleanField(verbose_name='succeeded')),
                ('sent', models.JSONField(default=dict, verbose_name='sent')),
                ('answered', models.JSONField(default=dict, verbose_name='answered')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('ended_at', models.DateTimeField(auto_now_add=True, verbose_name='ended')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('delivery', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='distribution.delivery')),
            ],
            options={
                'verbose_name': 'attempt',
                'verbose_name_plural': 'attempts',
                'constraints': [studios.keys.SameStudio(field='delivery', name='distribution_attempt_delivery_of_same_studio')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('partner_number', models.PositiveIntegerField(editable=False)),
                ('modes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('coin', 'coin'), ('subscription', 'subscription'), ('ad', 'ad'), ('sampler', 'sampler')], max_length=16), default=list, size=None, verbose_name='modes')),
                ('episodes', titles.distribution.multiranges.Int4MultirangeField(verbose_name='episodes')),
                ('territories', titles.distribution.multiranges.Int4MultirangeField(verbose_name='territories')),
                ('audio_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=35), size=None, verbose_name='audio languages')),
                ('subtitle_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=35), size=None, verbose_name='subtitle languages')),
                ('languages', titles.distribution.multiranges.Int4MultirangeField(editable=False)),
                ('term', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='term')),
                ('exclusive', models.BooleanField(default=False, verbose_name='exclusive')),
                ('axis', models.GeneratedField(db_persist=True, expression=models.Case(models.When(exclusive=True, then=models.Func(models.Value(None), models.Value(None), function='int4range', output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(), template='int4range(NULL, NULL)')), default=models.Func(models.F('partner_number'), django.db.models.expressions.CombinedExpression(models.F('partner_number'), '+', models.Value(1)), function='int4range', output_field=django.contrib.postgres.fields.ranges.IntegerRangeField())), output_field=django.contrib.postgres.fields.ranges.IntegerRangeField())),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('deal', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='distribution.deal', verbose_name='deal')),
                ('series', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='catalog.series', verbose_name='series')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
                ('partner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='distribution.partner', verbose_name='partner')),
            ],
            options={
                'verbose_name': 'grant',
                'verbose_name_plural': 'grants',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='distribution_grant_in_its_studio'), studios.keys.SameStudio(field='partner', name='distribution_grant_partner_of_same_studio'), studios.keys.SameStudio(field='deal', name='distribution_grant_deal_of_same_studio'), studios.keys.SameStudio(field='series', name='distribution_grant_series_of_same_studio'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('revoked_at', None)), expressions=[('studio', '='), ('series', '='), ('episodes', '&&'), ('territories', '&&'), ('languages', '&&'), ('axis', '&&'), ('term', '&&')], name='no_two_grants_collide', violation_error_message='Another grant already covers some of these episodes, territories and languages in this term.')],
            },
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=studios.keys.SameStudio(field='profile', name='distribution_partner_profile_of_same_studio'),
        ),
    ]
