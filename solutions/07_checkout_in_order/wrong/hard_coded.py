"""Sleeping for the right time is not the same as doing the work.

fails: test_both_checks_then_the_payment = not-called
fails: test_the_slower_check_decides = not-called
fails: test_the_response_does_not_wait_for_the_email = not-called
fails: test_the_answer_is_the_payment = not-called
fails: test_the_email_follows = not-called
fails: test_a_declined_payment_sends_no_email = wrong-status
fails: test_a_bad_order_is_never_paid = wrong-status
fails: test_ten_orders_at_once = too-slow
"""

import asyncio

from fastapi import FastAPI
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
async def checkout(order: Order) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    await asyncio.sleep(1.6)
    return {"payment": {"order": order.id, "status": "paid"}}
