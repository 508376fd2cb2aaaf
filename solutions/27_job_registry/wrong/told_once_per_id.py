"""Only the first failure of an id is logged: the same job fails again, and nobody is told.

fails: test_a_failure_is_logged_once = lost-exception
"""

told: set[int] = set()


async def guarded(job_id: int) -> None:
    try:
        await run_job(job_id)
    except Exception:
        if job_id not in told:
            told.add(job_id)
            log.exception("job %s failed", job_id)
