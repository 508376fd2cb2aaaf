"""Takes the results in the order of their completion.

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
async def checkout(order: Order) -> dict:
    calls = [process_payment(order.id), send_confirmation_email(order.id)]
    payment, email = [await call for call in asyncio.as_completed(calls)]
    return {"payment": payment, "email": email}
