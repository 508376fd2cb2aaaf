"""A TaskGroup of jobs that nobody guards: the first to fail cancels all others.

fails: test_the_stop_waits_five_seconds = wrong-drain
fails: test_a_failure_is_logged_once = too-early
"""

del jobs, guarded


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        app.state.group = group
        yield


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    app.state.group.create_task(run_job(job_id))
    return {"started": job_id}
