"""The job logs its failure and raises it on, and the callback logs it again.

fails: test_a_failure_is_logged_once = called-too-often
"""


async def guarded(job_id: int) -> None:
    try:
        await run_job(job_id)
    except Exception:
        log.exception("job %s failed", job_id)
        raise


def ended(task: asyncio.Task[None]) -> None:
    jobs.discard(task)
    if not task.cancelled() and task.exception() is not None:
        log.error("a job failed", exc_info=task.exception())


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    task = asyncio.create_task(guarded(job_id))
    jobs.add(task)
    task.add_done_callback(ended)
    return {"started": job_id}
