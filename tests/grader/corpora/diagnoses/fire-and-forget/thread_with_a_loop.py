"""Sends the e-mail from a thread that nobody joins.

exercise: 06_checkout
fails: test_the_longer_one_decides = fire-and-forget
"""

import threading
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
    mail = threading.Thread(target=asyncio.run, args=(send_confirmation_email(order.id),))
    mail.start()
    payment = await process_payment(order.id)
    return {"payment": payment, "email": {"email_sent": True}}
