"""wait_for(5, coro): arguments in the wrong order.

exercise: 06_checkout
fails: test_payment_and_email_overlap = server-error
"""

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
    email = asyncio.create_task(send_confirmation_email(order.id))
    payment = await asyncio.wait_for(5, process_payment(order.id))
    return {"payment": payment, "email": await email}
