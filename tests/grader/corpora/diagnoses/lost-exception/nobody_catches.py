"""A failed job is caught by nobody, and no line in the log tells of it.

exercise: 27_job_registry
fails: test_a_failure_is_logged_once = lost-exception
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


jobs: set[asyncio.Task[None]] = set()


async def guarded(job_id: int) -> None:
    try:
        await run_job(job_id)
    except Exception:
        log.exception("job %s failed", job_id)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    if jobs:
        _, late = await asyncio.wait(jobs, timeout=PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


app = FastAPI(lifespan=lifespan)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    task = asyncio.create_task(run_job(job_id))
    jobs.add(task)
    task.add_done_callback(jobs.discard)
    return {"started": job_id}
