"""A TaskGroup of jobs that nobody guards: the first to fail cancels all others.

fails: test_the_stop_waits_five_seconds = too-slow
fails: test_a_failure_is_logged_once = too-early
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


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        app.state.group = group
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    app.state.group.create_task(run_job(job_id))
    return {"started": job_id}
