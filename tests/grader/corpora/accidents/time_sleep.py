# exercise: checkout
# status: failed
# points: 3
# says: time.sleep(1) at line {here} blocked the event loop for 1.0 s: nothing else could run
import asyncio

from fastapi import FastAPI
from pydantic import BaseModel

import time

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
    payment, email = await asyncio.gather(process_payment(order.id), send_confirmation_email(order.id))
    time.sleep(1)  # here
    return {"payment": payment, "email": email}
