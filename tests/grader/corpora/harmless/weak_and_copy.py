# exercise: checkout
# status: passed
# points: 7
# weakref, copy, pickle and heapq on one's own data.

import copy
import heapq
import pickle
import weakref
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


class Node:
    def __init__(self, size: int) -> None:
        self.size = size


node = Node(1)
assert weakref.ref(node)() is node and copy.deepcopy(node).size == 1
assert pickle.loads(pickle.dumps({"a": [1, 2]})) == {"a": [1, 2]}
heap = [3, 1]
heapq.heapify(heap)
