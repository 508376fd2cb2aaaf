"""Jobs are kept by their id: a job that is started twice is forgotten once.

fails: test_the_same_job_twice = wrong-drain
"""

jobs: dict[int, asyncio.Task[None]] = {}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    if jobs:
        _, late = await asyncio.wait(jobs.values(), timeout=PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    task = asyncio.create_task(guarded(job_id))
    jobs[job_id] = task
    task.add_done_callback(lambda _: jobs.pop(job_id, None))
    return {"started": job_id}
