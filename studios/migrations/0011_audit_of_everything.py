"""Notices and personal texts leave their traces in the audit too, without their words: those can be erased."""

from importlib import import_module

from django.db import migrations

from studios.isolation import Audit

before = import_module("studios.migrations.0009_leaving")

# A fifth argument of the trigger: columns that the audit does not keep.
RECORD_CHANGE = before.RECORD_CHANGE.replace(
    "    INSERT INTO studios_change",
    "    IF TG_NARGS > 4 THEN\n        kept := kept - string_to_array(TG_ARGV[4], ',');\n    END IF;\n    INSERT INTO studios_change",
).replace("    IF TG_NARGS > 3 THEN", "    IF TG_NARGS > 3 AND TG_ARGV[3] <> '' THEN")


class Migration(migrations.Migration):
    dependencies = [("studios", "0010_erasing_by_reference")]

    operations = [
        migrations.RunSQL(RECORD_CHANGE, before.RECORD_CHANGE),
        Audit("Notice", is_new=True, silent=["mailed_at"], omitted=["sentence"]),
        Audit("PersonalText", is_new=True, omitted=["text"]),
    ]
