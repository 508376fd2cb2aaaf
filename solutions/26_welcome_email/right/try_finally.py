"""A finally makes the second step run whatever the first one does."""

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


class Welcome:
    def __init__(self, address: str) -> None:
        self.address = address

    async def __call__(self) -> None:
        await asyncio.sleep(0.01)
        try:
            await send_welcome_email(address=self.address)
        finally:
            await notify_sales(address=self.address)


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(Welcome(person.email))
    return {"signed_up": person.email}
