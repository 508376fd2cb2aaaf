"""`with asyncio.TaskGroup()` without async.

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
    with asyncio.TaskGroup() as tg:
        payment = tg.create_task(process_payment(order.id))
        email = tg.create_task(send_confirmation_email(order.id))
    return {"payment": payment.result(), "email": email.result()}
