"""The order's id is put into a variable of a context that nobody sets.

exercise: 06_checkout
fails: test_payment_and_email_overlap = server-error
"""

import asyncio
from contextvars import ContextVar

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
current: ContextVar[int] = ContextVar("current")


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
    payment, email = await asyncio.gather(
        process_payment(current.get()), send_confirmation_email(current.get())
    )
    return {"payment": payment, "email": email}
