"""FastAPI's background task: the server waits for it as for a request, as long as it takes.

fails: test_the_stop_waits_five_seconds = too-slow
fails: test_a_failure_is_logged_once = lost-exception
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import BackgroundTasks, FastAPI

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that a stopping app waits for jobs that are still running."""


async def run_job(job_id: int) -> None:
    """The work itself: takes its time, and may raise. Given; leave it as it is."""
    await asyncio.sleep(2)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int, background: BackgroundTasks) -> dict:
    background.add_task(run_job, job_id)
    return {"started": job_id}
