"""A set keeps each task until it is done; the tasks run side by side."""

import asyncio
import logging
from collections.abc import Coroutine

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
log = logging.getLogger(__name__)


class SignUp(BaseModel):
    email: str


async def send_welcome_email(address: str) -> None:
    """The mail provider: takes two seconds, and may raise. Given; leave it as it is."""
    await asyncio.sleep(2)


async def notify_sales(address: str) -> None:
    """Tells the sales team: takes a second, and may raise. Given; leave it as it is."""
    await asyncio.sleep(1)


running: set[asyncio.Task] = set()


def start(work: Coroutine) -> None:
    task = asyncio.create_task(work)
    running.add(task)
    task.add_done_callback(finish)


def finish(task: asyncio.Task) -> None:
    running.discard(task)
    if not task.cancelled() and task.exception() is not None:
        log.error("a step of the welcome failed", exc_info=task.exception())


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    start(send_welcome_email(person.email))
    start(notify_sales(person.email))
    return {"signed_up": person.email}
