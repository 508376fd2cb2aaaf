"""anyio's task group fills a dictionary; the response itself carries the e-mail's task."""

import asyncio
from collections.abc import Awaitable, Callable

import anyio
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask

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
    verdicts: dict[str, bool] = {}

    async def judge(name: str, question: Callable[[int], Awaitable[bool]]) -> None:
        verdicts[name] = await question(order.id)

    async with anyio.create_task_group() as group:
        group.start_soon(judge, "stock", is_in_stock)
        group.start_soon(judge, "trust", is_trusted)
    if not all(verdicts.values()):
        return JSONResponse({"problem": "This order cannot be taken."}, status_code=409)
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        return JSONResponse({"problem": "The payment was declined."}, status_code=402)
    email = BackgroundTask(send_confirmation_email, order.id)
    return JSONResponse({"payment": payment}, background=email)
