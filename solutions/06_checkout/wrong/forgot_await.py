"""Without await there is only a coroutine: nobody pays and nothing is sent.

fails: test_payment_and_email_overlap = forgotten-await
fails: test_the_longer_one_decides = forgotten-await
fails: test_the_answer_has_both_results = forgotten-await
fails: test_each_is_called_once_for_this_order = forgotten-await
fails: test_a_failed_payment_is_no_success = forgotten-await
fails: test_ten_customers_at_once = forgotten-await
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
    payment = process_payment(order.id)
    email = send_confirmation_email(order.id)
    return {"payment": str(payment), "email": str(email)}
