"""Jobs leave their traces in the audit too, without what a worker counts while it works."""

from importlib import import_module

from django.db import migrations

from studios.isolation import Audit, definer

doors = import_module("titles.jobs.migrations.0006_doors")
resting = doors.before

COUNTED = ["step", "progress_permille", "tries", "token", "lease_until", "worker", "due_at"]
CLAIM = doors.through_the_workers_door(resting.CLAIM)
SWEEP = doors.through_the_workers_door(resting.SWEEP)

# Both run before any scope, which would have named the door.
BY_WORKERS = "set_config('octavo.door', 'worker', true)"


def claiming(query: str) -> str:
    return definer(
        "octavo_claim_job(wanted text, lease interval, by_worker text)",
        "TABLE (studio_id uuid, id uuid)",
        f"#variable_conflict use_column\nBEGIN PERFORM {BY_WORKERS}; RETURN QUERY {query}; END",
        language="plpgsql",
        volatile="VOLATILE",
    )


def sweeping(query: str) -> str:
    return definer("octavo_sweep_jobs(sentence text)", "SETOF text", f"SELECT {BY_WORKERS}; {query}", volatile="VOLATILE")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0006_doors"), ("studios", "0011_audit_of_everything")]

    operations = [
        Audit("Job", is_new=True, silent=COUNTED),
        migrations.RunSQL(claiming(CLAIM), resting.claiming(CLAIM)),
        migrations.RunSQL(sweeping(SWEEP), resting.sweeping(SWEEP)),
    ]
