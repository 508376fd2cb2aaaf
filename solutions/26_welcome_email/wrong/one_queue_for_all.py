"""One worker sends all e-mails, one after the other: the tenth has to wait for nine.

fails: test_ten_sign_ups_at_once = one-after-another
"""

import asyncio
import logging

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


turn = asyncio.Lock()


async def welcome(address: str) -> None:
    for step in (send_welcome_email, notify_sales):
        try:
            await step(address)
        except Exception:
            log.exception("%s failed for %s", step.__name__, address)


async def wait_for_turn(address: str) -> None:
    async with turn:
        await welcome(address)


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(wait_for_turn, person.email)
    return {"signed_up": person.email}
