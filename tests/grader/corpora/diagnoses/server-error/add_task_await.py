"""The e-mail is awaited before the response, and its result None handed to add_task.

exercise: 26_welcome_email
fails: test_the_response_leaves_at_once = server-error
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


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    background.add_task(await send_welcome_email(person.email))
    background.add_task(await notify_sales(person.email))
    return {"signed_up": person.email}
