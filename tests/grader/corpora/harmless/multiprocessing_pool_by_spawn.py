# exercise: checkout
# status: passed
# points: 7
# guard: 2
# A worker that is no fork: it imports the answer by its name.

import asyncio
import multiprocessing
from contextlib import asynccontextmanager

from fastapi import FastAPI
from pydantic import BaseModel


@asynccontextmanager
async def lifespan(app: FastAPI):
    with multiprocessing.get_context("spawn").Pool(1) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)


def checksum(number: int) -> int:
    return sum(number * step for step in range(10_000)) % 97


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
    await asyncio.to_thread(app.state.pool.apply, checksum, (order.id,))
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {"payment": payment, "email": email}
