"""The response waits for the job.

fails: test_the_response_does_not_wait = too-slow
"""

del jobs


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    await guarded(job_id)
    return {"started": job_id}
