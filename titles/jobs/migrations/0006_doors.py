"""Moves that the claim and the sweep write came through the door of workers."""

from importlib import import_module

from django.db import migrations

before = import_module("titles.jobs.migrations.0004_resting_studios")


def through_the_workers_door(query: str) -> str:
    return query.replace("to_state, why, at)", "to_state, why, at, door)").replace(
        "ELSE '' END, clock_timestamp()", "ELSE '' END, clock_timestamp(), 'worker'"
    ).replace("'failed', sentence, clock_timestamp() FROM", "'failed', sentence, clock_timestamp(), 'worker' FROM")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0005_lists"), ("studios", "0006_audit")]

    operations = [
        migrations.RunSQL(before.claiming(through_the_workers_door(before.CLAIM)), before.claiming(before.CLAIM)),
        migrations.RunSQL(before.sweeping(through_the_workers_door(before.SWEEP)), before.sweeping(before.SWEEP)),
    ]
