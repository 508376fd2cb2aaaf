"""A task group runs the checks; a set keeps the e-mail's task until it is done."""

import asyncio

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    id: int


async def is_in_stock(order_id: int) -> bool:
    """The warehouse: takes 0.6 seconds. Given; leave it as it is."""
    await asyncio.sleep(0.6)
    return True


async def is_trusted(order_id: int) -> bool:
    """The fraud check: takes 0.4 seconds. Given; leave it as it is."""
    await asyncio.sleep(0.4)
    return True


async def take_payment(order_id: int) -> dict:
    """The payment provider: takes a second. Given; leave it as it is.

    The status of what it returns is "paid" or "declined".
    """
    await asyncio.sleep(1)
    return {"order": order_id, "status": "paid"}


async def send_confirmation_email(order_id: int) -> dict:
    """The mail provider: takes half a second. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return {"email_sent": True}


emails: set[asyncio.Task] = set()


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    async with asyncio.TaskGroup() as group:
        stock = group.create_task(is_in_stock(order.id))
        trust = group.create_task(is_trusted(order.id))
    if not (stock.result() and trust.result()):
        raise HTTPException(status_code=409, detail="This order cannot be taken.")
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(status_code=402, detail="The payment was declined.")
    email = asyncio.create_task(send_confirmation_email(order.id))
    emails.add(email)
    email.add_done_callback(emails.discard)
    return {"payment": payment}
