"""Waits for a queue, and nothing was ever put into it.

exercise: 06_checkout
fails: test_payment_and_email_overlap = forgotten-await
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
    done: asyncio.Queue = asyncio.Queue()

    async def deliver(key: str, work) -> None:
        done.put((key, await work))

    tasks = [
        asyncio.create_task(deliver("payment", process_payment(order.id))),
        asyncio.create_task(deliver("email", send_confirmation_email(order.id))),
    ]
    return dict([await done.get() for _ in tasks])
