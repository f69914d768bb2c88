"""Work of a suspended studio rests: nobody claims it, nothing of it wears out."""

from importlib import import_module

from django.db import migrations

from studios.isolation import definer

before = import_module("titles.jobs.migrations.0002_claiming")

AT_WORK = "EXISTS (SELECT 1 FROM studios_studio studio WHERE studio.id = job.studio_id AND studio.state <> 'suspended')"

CLAIM = before.CLAIM.replace("AND job.tries < job.most_tries", f"AND job.tries < job.most_tries\n      AND {AT_WORK}")

SWEEP = before.SWEEP.replace(
    "SELECT id FROM jobs_job\n        WHERE state = 'running'",
    f"SELECT id FROM jobs_job job\n        WHERE {AT_WORK} AND state = 'running'",
).replace(
    "SELECT DISTINCT kind::text FROM jobs_job\nWHERE tries",
    f"SELECT DISTINCT kind::text FROM jobs_job job\nWHERE {AT_WORK} AND tries",
)


def claiming(query: str) -> str:
    return definer(
        "octavo_claim_job(wanted text, lease interval, by_worker text)",
        "TABLE (studio_id uuid, id uuid)",
        f"#variable_conflict use_column\nBEGIN RETURN QUERY {query}; END",
        language="plpgsql",
        volatile="VOLATILE",
    )


def sweeping(query: str) -> str:
    return definer("octavo_sweep_jobs(sentence text)", "SETOF text", query, volatile="VOLATILE")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_queues"), ("studios", "0003_accounts_and_keys")]

    operations = [
        migrations.RunSQL(claiming(CLAIM), claiming(before.CLAIM)),
        migrations.RunSQL(sweeping(SWEEP), sweeping(before.SWEEP)),
    ]
