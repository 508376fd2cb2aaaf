"""Takes the lock of a file that a thread holds for a while.

exercise: 06_checkout
fails: test_payment_and_email_overlap = blocked-loop
"""

import asyncio
import fcntl
import time

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


def write_ledger(order_id: int) -> None:
    with open("ledger.txt", "a") as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)
        time.sleep(0.7)
        ledger.write(f"{order_id}\n")


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    writing = asyncio.create_task(asyncio.to_thread(write_ledger, order.id))
    await asyncio.sleep(0.1)
    with open("ledger.txt", "a") as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)
        ledger.write("checked\n")
    await writing
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {"payment": payment, "email": email}
