"""Two background tasks, each of them guarded, so the first never stops the second."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from fastapi import BackgroundTasks, FastAPI
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


async def attempt(step: Callable[[str], Awaitable[None]], address: str) -> None:
    try:
        await step(address)
    except Exception:
        log.exception("a step of the welcome failed for %s", address)


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(attempt, send_welcome_email, person.email)
    background.add_task(attempt, notify_sales, address=person.email)
    return {"signed_up": person.email}
