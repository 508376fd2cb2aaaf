"""The e-mail's task is never awaited: its result cannot be in the response.

fails: test_the_longer_one_decides = fire-and-forget
fails: test_the_answer_has_both_results = wrong-value
fails: test_ten_customers_at_once = wrong-value
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
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    task = asyncio.create_task(send_confirmation_email(order.id))
    payment = await process_payment(order.id)
    return {"payment": payment, "email": {"email_sent": True}}
