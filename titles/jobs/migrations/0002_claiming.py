"""Claiming and sweeping in SQL, over all studios and before any scope, and row-level security."""

from django.db import migrations

from studios.isolation import Isolate, definer

# The best due job: highest priority, then the studio with the fewest running, then the longest due. A job waits while
# another of its kind runs on the same subject. A running job whose lease ran out is due again, unless it wore out.
CLAIM = """
WITH best AS (
    SELECT job.id, job.state
    FROM jobs_job job
    WHERE job.kind = wanted
      AND job.tries < job.most_tries
      AND (
        (job.state = 'waiting' AND job.due_at <= clock_timestamp() AND NOT EXISTS (
            SELECT 1 FROM jobs_job other
            WHERE other.studio_id = job.studio_id AND other.subject_id = job.subject_id
              AND other.kind = job.kind AND other.state = 'running'))
        OR (job.state = 'running' AND job.lease_until < clock_timestamp())
      )
    ORDER BY job.priority DESC,
        (SELECT count(*) FROM jobs_job busy WHERE busy.studio_id = job.studio_id AND busy.state = 'running'),
        job.due_at, job.id
    LIMIT 1
    FOR UPDATE OF job SKIP LOCKED
), claimed AS (
    UPDATE jobs_job job
    SET state = 'running', token = job.token + 1, tries = job.tries + 1, worker = by_worker, error = '', step = '',
        progress_permille = 0, started_at = clock_timestamp(), finished_at = NULL,
        lease_until = clock_timestamp() + lease
    FROM best WHERE job.id = best.id
    RETURNING job.studio_id, job.id, best.state AS before
), moved AS (
    INSERT INTO studios_move (studio_id, noun, row_id, from_state, to_state, why, at)
    SELECT studio_id, 'jobs.job', id, before, 'running',
        CASE WHEN before = 'running' THEN 'lease ran out' ELSE '' END, clock_timestamp()
    FROM claimed
)
SELECT studio_id, id FROM claimed
"""

SWEEP = """
WITH worn_out AS (
    UPDATE jobs_job SET state = 'failed', error = sentence, finished_at = clock_timestamp(), lease_until = NULL
    WHERE id IN (
        SELECT id FROM jobs_job
        WHERE state = 'running' AND lease_until < clock_timestamp() AND tries >= most_tries
        FOR UPDATE SKIP LOCKED)
    RETURNING studio_id, id
), moved AS (
    INSERT INTO studios_move (studio_id, noun, row_id, from_state, to_state, why, at)
    SELECT studio_id, 'jobs.job', id, 'running', 'failed', sentence, clock_timestamp() FROM worn_out
)
SELECT DISTINCT kind::text FROM jobs_job
WHERE tries < most_tries
  AND ((state = 'waiting' AND due_at <= clock_timestamp()) OR (state = 'running' AND lease_until < clock_timestamp()))
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("studios", "0002_isolation")]

    operations = [
        Isolate("Job", audited=False),
        migrations.RunSQL(
            definer(
                "octavo_claim_job(wanted text, lease interval, by_worker text)",
                "TABLE (studio_id uuid, id uuid)",
                f"#variable_conflict use_column\nBEGIN RETURN QUERY {CLAIM}; END",
                language="plpgsql",
                volatile="VOLATILE",
            ),
            "DROP FUNCTION octavo_claim_job(text, interval, text)",
        ),
        migrations.RunSQL(
            definer("octavo_sweep_jobs(sentence text)", "SETOF text", SWEEP, volatile="VOLATILE"),
            "DROP FUNCTION octavo_sweep_jobs(text)",
        ),
    ]
