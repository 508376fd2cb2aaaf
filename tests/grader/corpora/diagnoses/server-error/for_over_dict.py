"""`for key, call in calls:` goes over the keys; .items() is missing.

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
    calls = {"payment": process_payment, "email": send_confirmation_email}
    tasks = {}
    for key, call in calls:
        tasks[key] = asyncio.create_task(call(order.id))
    return {key: await task for key, task in tasks.items()}
