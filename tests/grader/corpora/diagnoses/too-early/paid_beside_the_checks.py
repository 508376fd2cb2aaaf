"""The payment is in the gather of the checks that it has to wait for.

exercise: 07_checkout_in_order
fails: test_both_checks_then_the_payment = too-early
"""

import asyncio

from fastapi import BackgroundTasks, FastAPI, HTTPException
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


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    in_stock, trusted, payment = await asyncio.gather(
        is_in_stock(order.id), is_trusted(order.id), take_payment(order.id)
    )
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(send_confirmation_email, order.id)
    return {"payment": payment}
