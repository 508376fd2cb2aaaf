"""The callback that forgets a job also looks at how it ended."""

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


def ended(task: asyncio.Task[None]) -> None:
    jobs.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a job failed: %s", error, exc_info=error)


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
    task.add_done_callback(ended)
    return {"started": job_id}
