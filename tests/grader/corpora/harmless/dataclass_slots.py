# exercise: checkout
# status: passed
# points: 7
# Dataclasses, NamedTuple, Enum: code that the library makes.

import dataclasses
import enum
from collections import namedtuple
from typing import NamedTuple


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Price:
    cents: int
    currency: str = "EUR"


class Pair(NamedTuple):
    left: int
    right: int = 0


Place = namedtuple("Place", "row seat", defaults=[1])
State = enum.Enum("State", "NEW PAID")
assert dataclasses.replace(Price(1), cents=2) > Price(1) and Pair(1)._replace(right=2).right == 2
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
