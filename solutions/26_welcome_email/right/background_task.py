"""The response carries one BackgroundTask; gather keeps the two steps apart."""

import asyncio
import logging

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask

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
    results = await asyncio.gather(
        send_welcome_email(address), notify_sales(address), return_exceptions=True
    )
    for result in results:
        if isinstance(result, Exception):
            log.error("a step of the welcome failed", exc_info=result)


@app.post("/signup")
async def sign_up(person: SignUp) -> JSONResponse:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    content = {"signed_up": person.email}
    return JSONResponse(content, background=BackgroundTask(welcome, person.email))
