"""Series, episodes and people are found by any part of their titles and names, in eight languages, and listed in order."""

from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations, models

from studios.searching import IndexTexts

LANGUAGES = ("en", "zh_hans", "es", "pt_br", "fr", "ja", "ind", "ar")
TITLES = [f"title_{language}" for language in LANGUAGES]
NAMES = [f"name_{language}" for language in LANGUAGES]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_isolation")]

    operations = [
        TrigramExtension(),
        BtreeGinExtension(),
        IndexTexts("Series", columns=[*TITLES, "slug"]),
        IndexTexts("Episode", columns=TITLES),
        IndexTexts("Person", columns=NAMES),
        migrations.AddIndex("series", models.Index(fields=["studio", "title_en", "id"], name="series_by_title")),
        migrations.AddIndex("episode", models.Index(fields=["studio", "number"], name="episodes_by_number")),
        migrations.AddIndex("person", models.Index(fields=["studio", "name_en", "id"], name="people_by_name")),
    ]
