"""Where a master lies, how large an edition is, and what the collector removed."""

import django.db.models.deletion
import django.db.models.functions.datetime
import studios.keys
import studios.scope
from django.conf import settings
from django.db import migrations, models

from studios.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('media', '0010_burned_in'),
        ('studios', '0011_audit_of_everything'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='edition',
            name='size_bytes',
            field=models.PositiveIntegerField(default=0, verbose_name='size'),
        ),
        migrations.AddField(
            model_name='master',
            name='stored_in',
            field=models.CharField(choices=[('masters', 'at hand'), ('cold', 'in cold storage')], default='masters', max_length=8, verbose_name='stored'),
        ),
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('store', models.CharField(max_length=16, verbose_name='store')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('noun', models.CharField(blank=True, max_length=64, verbose_name='noun')),
                ('row_id', models.UUIDField(null=True)),
                ('size_bytes', models.BigIntegerField(default=0, verbose_name='size')),
                ('why', models.CharField(choices=[('superseded', 'superseded'), ('left behind', 'no row refers to it')], max_length=16, verbose_name='reason')),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='decided')),
                ('removed_at', models.DateTimeField(null=True, verbose_name='removed')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'removal',
                'verbose_name_plural': 'removals',
                'indexes': [models.Index(fields=['studio', 'name'], name='removals_by_name'), models.Index(condition=models.Q(('removed_at', None)), fields=['studio'], name='removals_unfinished')],
            },
        ),
        # Once decided, a removal can only be finished.
        Isolate("Removal", may_change=["removed_at"]),
        migrations.RunSQL(
            f"GRANT UPDATE (stored_in) ON media_master TO {settings.APP_LOGIN}",
            f"REVOKE UPDATE (stored_in) ON media_master FROM {settings.APP_LOGIN}",
        ),
    ]
