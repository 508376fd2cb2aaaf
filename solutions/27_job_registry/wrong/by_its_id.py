"""Jobs are kept by their id: a job that is started twice is forgotten once.

fails: test_the_same_job_twice = too-early
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that a stopping app waits for jobs that are still running."""


async def run_job(job_id: int) -> None:
    """The work itself: takes its time, and may raise. Given; leave it as it is."""
    await asyncio.sleep(2)


jobs: dict[int, asyncio.Task[None]] = {}


async def guarded(job_id: int) -> None:
    try:
        await run_job(job_id)
    except Exception:
        log.exception("job %s failed", job_id)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    if jobs:
        _, late = await asyncio.wait(jobs.values(), timeout=PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


app = FastAPI(lifespan=lifespan)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    task = asyncio.create_task(guarded(job_id))
    jobs[job_id] = task
    task.add_done_callback(lambda _: jobs.pop(job_id, None))
    return {"started": job_id}
