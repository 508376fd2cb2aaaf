"""Waits on the loop for a database that a thread has locked for a while.

exercise: 06_checkout
fails: test_payment_and_email_overlap = blocked-loop
"""

import asyncio
import sqlite3
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


def keep_the_books(order_id: int) -> None:
    books = sqlite3.connect("books.db")
    with books:
        books.execute("CREATE TABLE IF NOT EXISTS orders (id)")
    with books:
        books.execute("INSERT INTO orders VALUES (?)", [order_id])
        time.sleep(0.7)
    books.close()


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    keeping = asyncio.create_task(asyncio.to_thread(keep_the_books, order.id))
    await asyncio.sleep(0.1)
    books = sqlite3.connect("books.db")
    with books:
        books.execute("DELETE FROM orders WHERE id < 0")
    books.close()
    await keeping
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {"payment": payment, "email": email}
