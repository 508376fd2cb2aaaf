"""The results are kept in one dictionary for all customers: the last one overwrites the others.

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


results: dict = {}


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    async def pay():
        results["payment"] = await process_payment(order.id)

    async def mail():
        results["email"] = await send_confirmation_email(order.id)

    await asyncio.gather(pay(), mail())
    return {"payment": results["payment"], "email": results["email"]}
