"""A failing job ends the stop with its exception, and nobody waits for the others.

fails: test_a_failure_is_logged_once = lost-exception
"""

del guarded


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*jobs)
    except TimeoutError:
        log.warning("some jobs were cut off")
    except Exception:
        log.exception("a job failed")


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    task = asyncio.create_task(run_job(job_id))
    jobs.add(task)
    task.add_done_callback(jobs.discard)
    return {"started": job_id}
