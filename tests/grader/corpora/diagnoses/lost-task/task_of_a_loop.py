"""One task for both steps, made by the loop itself, and held by nothing.

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


async def welcome(address: str) -> None:
    await asyncio.gather(guarded(send_welcome_email, address), guarded(notify_sales, address))


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    asyncio.get_running_loop().create_task(welcome(person.email))
    return {"signed_up": person.email}
