"""Two workers put their results in a queue, and the endpoint takes them out again."""

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
    done: asyncio.Queue = asyncio.Queue()

    async def deliver(key, work):
        try:
            await done.put((key, await work, None))
        except Exception as error:
            await done.put((key, None, error))

    workers = [
        asyncio.create_task(deliver("payment", process_payment(order.id))),
        asyncio.create_task(deliver("email", send_confirmation_email(order.id))),
    ]
    answer = {}
    for _ in workers:
        key, result, error = await done.get()
        if error is not None:
            raise error
        answer[key] = result
    return answer
