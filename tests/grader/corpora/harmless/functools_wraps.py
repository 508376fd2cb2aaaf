# exercise: checkout
# status: passed
# points: 7
# A decorator that keeps the name of what it decorates.

import functools
import inspect


def noted(function):
    assert inspect.iscoroutinefunction(function)

    @functools.wraps(function)
    async def inner(*args, **kwargs):
        return await function(*args, **kwargs)

    inner.noted = True
    return inner

import asyncio

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    id: int


async def process_payment(order_id: int) -> dict:
    """The payment provider: takes a second. Given; leave it as it is."""
    await asyncio.sleep(1)
    return {"order": order_id, "status": "paid"}


async def send_confirmation_email(order_id: int) -> dict:
    """The mail provider: takes half a second. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return {"email_sent": True}


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {"payment": payment, "email": email}


@noted
async def ping() -> str:
    return "pong"


assert ping.__wrapped__ is not ping and ping.__name__ == "ping"
