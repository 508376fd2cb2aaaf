"""Waits on the loop for a database that another request keeps locked while it awaits.

exercise: 06_checkout
fails: test_ten_customers_at_once = blocked-loop
"""

import asyncio
import sqlite3

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
    books = sqlite3.connect("books.db", timeout=1)
    books.execute("CREATE TABLE IF NOT EXISTS orders (id)")
    books.execute("INSERT INTO orders VALUES (?)", [order.id])
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    books.commit()
    books.close()
    return {"payment": payment, "email": email}
