"""The checks are a dependency of the endpoint, with a short nap that harms nobody."""

import asyncio
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
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


async def checked_order(order: Order) -> Order:
    await asyncio.sleep(0.01)
    if not all(await asyncio.gather(is_in_stock(order.id), is_trusted(order_id=order.id))):
        raise HTTPException(409, "This order cannot be taken.")
    return order


async def follow_up(order_id: int) -> None:
    await send_confirmation_email(order_id=order_id)


@app.post("/checkout")
async def checkout(
    background: BackgroundTasks, order: Annotated[Order, Depends(checked_order)]
) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    payment = await take_payment(order_id=order.id)
    if payment["status"] != "paid":
        raise HTTPException(402, "The payment was declined.")
    background.add_task(follow_up, order_id=order.id)
    return {"payment": payment}
