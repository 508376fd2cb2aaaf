"""The response leaves before the payment, so it cannot know how the payment ended.

fails: test_the_response_does_not_wait_for_the_email = too-early
fails: test_the_answer_is_the_payment = wrong-value
fails: test_a_declined_payment_sends_no_email = wrong-status
fails: test_ten_orders_at_once = fire-and-forget
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


async def pay_and_email(order_id: int) -> None:
    payment = await take_payment(order_id)
    if payment["status"] == "paid":
        await send_confirmation_email(order_id)


@app.post("/checkout")
async def checkout(order: Order, background: BackgroundTasks) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    in_stock, trusted = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (in_stock and trusted):
        raise HTTPException(409, "This order cannot be taken.")
    background.add_task(pay_and_email, order.id)
    return {"payment": {"order": order.id, "status": "paid"}}
