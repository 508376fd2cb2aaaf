"""The stop waits until the first job fails, and then cancels the others.

fails: test_a_failure_during_the_stop = wrong-drain
"""

del guarded


def ended(task: asyncio.Task[None]) -> None:
    jobs.discard(task)
    if not task.cancelled() and task.exception() is not None:
        log.error("a job failed", exc_info=task.exception())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    if jobs:
        _, late = await asyncio.wait(jobs, timeout=PATIENCE, return_when=asyncio.FIRST_EXCEPTION)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    task = asyncio.create_task(run_job(job_id))
    jobs.add(task)
    task.add_done_callback(ended)
    return {"started": job_id}
