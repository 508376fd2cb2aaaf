"""A worker takes the jobs from a queue, one after the other: the tenth waits for nine.

fails: test_the_response_does_not_wait = one-after-another
"""

del jobs, guarded

waiting: asyncio.Queue[int] = asyncio.Queue()


async def work() -> None:
    while True:
        job_id = await waiting.get()
        try:
            await run_job(job_id)
        except Exception:
            log.exception("job %s failed", job_id)
        waiting.task_done()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    worker = asyncio.create_task(work())
    yield
    try:
        async with asyncio.timeout(PATIENCE):
            await waiting.join()
    except TimeoutError:
        log.warning("some jobs were cut off")
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    waiting.put_nowait(job_id)
    return {"started": job_id}
