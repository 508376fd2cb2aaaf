"""FastAPI's background task: the server waits for it as for a request, as long as it takes.

fails: test_the_stop_waits_five_seconds = wrong-drain
fails: test_a_failure_is_logged_once = lost-exception
"""

from fastapi import BackgroundTasks

del jobs, guarded


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int, background: BackgroundTasks) -> dict:
    background.add_task(run_job, job_id)
    return {"started": job_id}
