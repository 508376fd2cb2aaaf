# exercise: checkout
# status: passed
# points: 7
# A middleware that measures every request and says so in a header.
import time
from fastapi import Request
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


@app.middleware('http')
async def timed(request: Request, call_next):
    start = time.perf_counter()
    response = await call_next(request)
    response.headers['X-Time'] = f'{time.perf_counter() - start:.3f}'
    return response


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {"payment": payment, "email": email}
