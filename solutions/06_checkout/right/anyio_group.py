"""anyio's task group, with a dictionary that the tasks fill."""

import asyncio

import anyio

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
    results = {}

    async def keep(key, function):
        results[key] = await function(order.id)

    async with anyio.create_task_group() as group:
        group.start_soon(keep, "payment", process_payment)
        group.start_soon(keep, "email", send_confirmation_email)
    return {"payment": results["payment"], "email": results["email"]}
