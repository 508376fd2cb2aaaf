"""The results come as a list; the task shows a dictionary.

exercise: 06_checkout
fails: test_the_answer_has_both_results = wrong-value
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
async def checkout(order: Order) -> list:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return [payment, email]
