"""One `try` around both steps: when the first fails, the second never begins.

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


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    async def both() -> None:
        try:
            await send_welcome_email(person.email)
            await notify_sales(person.email)
        except Exception:
            log.exception("welcome")

    background.add_task(both)
    return {"signed_up": person.email}
