"""Nothing holds on to the task: Python may tidy it away while it waits.

fails: test_the_response_does_not_wait = lost-task
"""

del jobs


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await asyncio.sleep(0)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    asyncio.create_task(guarded(job_id))  # noqa: RUF006 - that is what is wrong here
    return {"started": job_id}
