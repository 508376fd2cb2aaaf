"""The response waits for the job.

fails: test_the_response_does_not_wait = too-slow
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


async def guarded(job_id: int) -> None:
    try:
        await run_job(job_id)
    except Exception:
        log.exception("job %s failed", job_id)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    await guarded(job_id)
    return {"started": job_id}
