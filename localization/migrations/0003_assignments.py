"""Who does what, which is also all that a guest sees."""

import django.db.models.deletion
import studios.keys
import studios.scope
from django.conf import settings
from django.db import migrations, models

from studios.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_isolation'),
        ('localization', '0002_isolation'),
        ('studios', '0003_accounts_and_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False)),
                ('language', models.CharField(blank=True, max_length=35, verbose_name='language')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='ends')),
                ('may_download', models.BooleanField(default=False, verbose_name='may download')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='assigned')),
                ('episode', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='catalog.episode', verbose_name='episode')),
                ('made_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned by')),
                ('member', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='studios.membership', verbose_name='who')),
                ('studio', models.ForeignKey(default=studios.scope.current_studio, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'constraints': [models.UniqueConstraint(fields=('studio', 'id'), name='localization_assignment_in_its_studio'), studios.keys.SameStudio(field='member', name='localization_assignment_member_of_same_studio'), studios.keys.SameStudio(field='episode', name='localization_assignment_episode_of_same_studio'), models.UniqueConstraint(fields=('studio', 'member', 'episode', 'language'), name='one_assignment_per_language')],
            },
        ),
        Isolate("Assignment"),
    ]
