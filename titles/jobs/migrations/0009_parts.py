"""Work that is done part by part, the same worker's build for all parts, and the database's clock alone."""

from importlib import import_module

from django.db import migrations, models
from django.db.models.functions import Now

from studios.isolation import Audit, definer

before = import_module("titles.jobs.migrations.0007_audit")

# The best due job: highest priority, then the studio with the fewest in hand, then the studio that was served longest
# ago, then the longest due. A job waits while another of its kind runs on the same subject. A running job without a
# lease was handed back between two parts and goes on, with no Move: for people it never stopped. One whose lease ran
# out is due again, unless it wore out. What needs a certain build waits for a worker that has it, while there is one.
CLAIM = """
WITH best AS (
    SELECT job.id, job.state, job.state = 'running' AND job.lease_until IS NULL AS goes_on
    FROM jobs_job job
    WHERE job.kind = wanted
      AND job.tries < job.most_tries
      AND EXISTS (
        SELECT 1 FROM studios_studio studio WHERE studio.id = job.studio_id AND studio.state <> 'suspended')
      AND (job.needs = '' OR job.needs = able OR NOT EXISTS (
        SELECT 1 FROM jobs_workerseen seen
        WHERE seen.able = job.needs AND seen.seen_at > clock_timestamp() - gone_after))
      AND (
        (job.state = 'waiting' AND job.due_at <= clock_timestamp() AND NOT EXISTS (
            SELECT 1 FROM jobs_job other
            WHERE other.studio_id = job.studio_id AND other.subject_id = job.subject_id
              AND other.kind = job.kind AND other.state = 'running'))
        OR (job.state = 'running' AND (job.lease_until IS NULL OR job.lease_until < clock_timestamp()))
      )
    ORDER BY job.priority DESC,
        (SELECT count(*) FROM jobs_job busy
         WHERE busy.studio_id = job.studio_id AND busy.state = 'running' AND busy.lease_until IS NOT NULL),
        (SELECT max(served.claimed_at) FROM jobs_job served
         WHERE served.studio_id = job.studio_id AND served.kind = wanted) NULLS FIRST,
        job.due_at, job.id
    LIMIT 1
    FOR UPDATE OF job SKIP LOCKED
), claimed AS (
    UPDATE jobs_job job
    SET state = 'running', token = job.token + 1, tries = job.tries + 1, worker = by_worker, error = '', log = '',
        step = CASE WHEN best.goes_on THEN job.step ELSE '' END,
        progress_permille = CASE WHEN best.goes_on THEN job.progress_permille ELSE 0 END,
        started_at = CASE WHEN best.goes_on THEN job.started_at ELSE clock_timestamp() END,
        finished_at = NULL, claimed_at = clock_timestamp(), lease_until = clock_timestamp() + lease
    FROM best WHERE job.id = best.id
    RETURNING job.studio_id, job.id, best.state AS before, best.goes_on
), moved AS (
    INSERT INTO studios_move (studio_id, noun, row_id, from_state, to_state, why, at, door)
    SELECT studio_id, 'jobs.job', id, before, 'running',
        CASE WHEN before = 'running' THEN 'lease ran out' ELSE '' END, clock_timestamp(), 'worker'
    FROM claimed WHERE NOT goes_on
)
SELECT studio_id, id FROM claimed
"""

SWEEP = before.SWEEP.replace(
    "(state = 'running' AND lease_until < clock_timestamp()))",
    "(state = 'running' AND (lease_until IS NULL OR lease_until < clock_timestamp())))",
)


def claiming() -> str:
    return definer(
        "octavo_claim_job(wanted text, lease interval, by_worker text, able text, gone_after interval)",
        "TABLE (studio_id uuid, id uuid)",
        f"#variable_conflict use_column\nBEGIN PERFORM {before.BY_WORKERS}; RETURN QUERY {CLAIM}; END",
        language="plpgsql",
        volatile="VOLATILE",
    )


class Migration(migrations.Migration):
    dependencies = [("jobs", "0008_log")]

    operations = [
        migrations.AddField("job", "needs", models.CharField(blank=True, default="", max_length=64), preserve_default=False),
        migrations.AddField("job", "claimed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "workerseen", "able", models.CharField(blank=True, default="", max_length=64), preserve_default=False
        ),
        migrations.AlterField("job", "due_at", models.DateTimeField(db_default=Now(), verbose_name="due")),
        migrations.AddIndex(
            "job", models.Index(fields=["studio", "kind", "-claimed_at"], name="jobs_last_claimed")
        ),
        Audit("Job", silent=[*before.COUNTED, "needs", "claimed_at"]),
        migrations.RunSQL("DROP FUNCTION octavo_claim_job(text, interval, text)", before.claiming(before.CLAIM)),
        migrations.RunSQL(
            claiming(), "DROP FUNCTION octavo_claim_job(text, interval, text, text, interval)"
        ),
        migrations.RunSQL(before.sweeping(SWEEP), before.sweeping(before.SWEEP)),
    ]
