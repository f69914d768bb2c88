"""People say something about a frame of the picture."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import studios.keys
import studios.scope
from studios.isolation import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_personal_names"),
        ("media", "0006_uploads"),
        ("studios", "0011_audit_of_everything"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PictureNote",
            fields=[
                (
                    "id",
                    models.UUIDField(default=studios.keys.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("at_ms", models.PositiveIntegerField(verbose_name="at")),
                ("text", models.TextField(verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("resolved", "resolved")],
                        default="open",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "answers",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered_by",
                        to="media.picturenote",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "cut",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="picture_notes",
                        to="catalog.cut",
                        verbose_name="cut",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="media.package",
                        verbose_name="package",
                    ),
                ),
                (
                    "studio",
                    models.ForeignKey(
                        default=studios.scope.current_studio,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="studios.studio",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture note",
                "verbose_name_plural": "picture notes",
                "indexes": [
                    models.Index(fields=["studio", "cut", "at_ms", "id"], name="notes_as_the_film_runs"),
                    models.Index(fields=["studio", "-created_at", "-id"], name="notes_newest_first"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("studio", "id"), name="media_picturenote_in_its_studio"),
                    studios.keys.SameStudio(field="cut", name="media_picturenote_cut_of_same_studio"),
                    studios.keys.SameStudio(field="package", name="media_picturenote_package_of_same_studio"),
                    studios.keys.SameStudio(field="answers", name="media_picturenote_answers_of_same_studio"),
                ],
            },
        ),
        # What was said stays as it was said.
        Isolate("PictureNote", may_change=["state"]),
    ]
