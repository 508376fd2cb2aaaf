"""There is room for one task: each sign-up lets go of the one before it.

fails: test_nothing_is_lost_while_it_waits = lost-task
fails: test_ten_sign_ups_at_once = lost-task
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


async def welcome(address: str) -> None:
    for step in (send_welcome_email, notify_sales):
        try:
            await step(address)
        except Exception:
            log.exception("%s failed for %s", step.__name__, address)


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    app.state.welcome = asyncio.create_task(welcome(person.email))
    return {"signed_up": person.email}
