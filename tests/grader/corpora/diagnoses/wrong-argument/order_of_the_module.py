"""The order lies in a name of the module, which the next request overwrites.

exercise: 06_checkout
fails: test_ten_customers_at_once = wrong-argument
"""

import asyncio

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
latest: dict[str, int] = {}


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
    latest["id"] = order.id
    await asyncio.sleep(0)
    payment, email = await asyncio.gather(
        process_payment(latest["id"]), send_confirmation_email(latest["id"])
    )
    return {"payment": payment, "email": email}
