"""ensure_future makes a task as well, and nobody keeps it.

exercise: 26_welcome_email
fails: test_the_response_leaves_at_once = lost-task
"""

import asyncio
import logging

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


async def guarded(step, address: str) -> None:
    try:
        await step(address)
    except Exception:
        log.exception("a step failed for %s", address)


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    asyncio.ensure_future(guarded(send_welcome_email, person.email))
    asyncio.ensure_future(guarded(notify_sales, person.email))
    return {"signed_up": person.email}
