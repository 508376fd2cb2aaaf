"""One `try` around two steps: when the first one fails, nobody does the second.

exercise: 26_welcome_email
fails: test_sales_hears_of_it_without_an_email = not-called
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


async def welcome(address: str) -> None:
    try:
        await send_welcome_email(address)
        await notify_sales(address)
    except Exception:
        log.exception("no welcome for %s", address)


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(welcome, person.email)
    return {"signed_up": person.email}
