"""The callback that forgets a job also looks at how it ended."""

del guarded


def ended(task: asyncio.Task[None]) -> None:
    jobs.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a job failed: %s", error, exc_info=error)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    task = asyncio.create_task(run_job(job_id))
    jobs.add(task)
    task.add_done_callback(ended)
    return {"started": job_id}
