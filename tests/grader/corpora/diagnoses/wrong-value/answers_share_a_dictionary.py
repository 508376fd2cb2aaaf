"""All requests write into one dictionary of the module.

exercise: 06_checkout
fails: test_ten_customers_at_once = wrong-value
"""

import asyncio

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
answer: dict = {}


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
    async def pay() -> None:
        answer["payment"] = await process_payment(order.id)

    async def mail() -> None:
        answer["email"] = await send_confirmation_email(order.id)

    await asyncio.gather(pay(), mail())
    return answer
