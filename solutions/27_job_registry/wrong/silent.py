"""A failing job leaves no line in the log.

fails: test_a_failure_is_logged_once = lost-exception
"""

del guarded


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    task = asyncio.create_task(run_job(job_id))
    jobs.add(task)
    task.add_done_callback(jobs.discard)
    return {"started": job_id}
