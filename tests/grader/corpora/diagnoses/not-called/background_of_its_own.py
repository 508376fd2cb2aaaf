"""Makes a BackgroundTasks itself, which no response knows of.

exercise: 26_welcome_email
fails: test_the_response_leaves_at_once = not-called
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
async def sign_up(person: SignUp) -> dict:
    tasks = BackgroundTasks()
    tasks.add_task(send_welcome_email, person.email)
    tasks.add_task(notify_sales, person.email)
    return {"signed_up": person.email}
