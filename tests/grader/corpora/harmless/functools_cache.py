# exercise: checkout
# status: passed
# points: 7
# lru_cache, partial, reduce and singledispatch.

import functools


@functools.lru_cache(maxsize=None)
def settings() -> dict:
    return {"currency": "EUR"}


@functools.singledispatch
def show(value) -> str:
    return str(value)


@show.register
def _(value: int) -> str:
    return hex(value)


TOTAL = functools.reduce(lambda a, b: a + b, [1, 2, 3], 0)
plus_one = functools.partial(sum, [1])
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
    assert settings() is settings() and show(7) == "0x7"
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {"payment": payment, "email": email}
