"""A task group that lives as long as the app holds the guarded tasks."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
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


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        app.state.group = group
        yield


app.router.lifespan_context = lifespan


async def welcome(address: str) -> None:
    for step in (send_welcome_email, notify_sales):
        try:
            await step(address)
        except Exception:
            log.exception("%s failed for %s", step.__name__, address)


@app.post("/signup")
async def sign_up(person: SignUp, request: Request) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    request.app.state.group.create_task(welcome(person.email))
    return {"signed_up": person.email}
