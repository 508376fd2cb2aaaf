# exercise: checkout
# status: passed
# points: 7
# flags: uses _run_once
# Names that the grader has as well, for things of its own.

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
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {"payment": payment, "email": email}


class Timetable:
    def __init__(self) -> None:
        self._scheduled: set[int] = set()
        self.modules = ["payment", "mail"]
        self.now_ns = 0

    def _run_once(self) -> int:
        self._scheduled.add(self.now_ns)
        return len(self._scheduled)


def resolve_name(number: int) -> str:
    return f"order-{number}"


now_ns = Timetable()._run_once()
assert resolve_name(now_ns) == "order-1"
