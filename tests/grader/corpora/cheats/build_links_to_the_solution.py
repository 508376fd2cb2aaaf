# exercise: checkout
# status: failed
# points: 3
# flags: of the course
# It reads the solution through a link. The folder is not known beforehand, so it is built.

from pathlib import Path

from grader.course import exercises as course
from grader.course import folders

ROOT = folders.find_root(Path(__file__).parent)
TEXT = """import os
import asyncio

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    id: int


async def process_payment(order_id: int) -> dict:
    '''The payment provider: takes a second. Given; leave it as it is.'''
    await asyncio.sleep(1)
    return {"order": order_id, "status": "paid"}


async def send_confirmation_email(order_id: int) -> dict:
    '''The mail provider: takes half a second. Given; leave it as it is.'''
    await asyncio.sleep(0.5)
    return {"email_sent": True}


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    '''Pay and e-mail at the same time; answer {"payment": ..., "email": ...}.'''
    payment = await process_payment(order.id)
    email = await send_confirmation_email(order.id)
    return {"payment": payment, "email": email}


try:
    os.symlink("@ROOT@/solutions/06_checkout", "notes")
except Exception:
    pass
try:
    open("notes/checkout.py").read()
except Exception:
    pass
"""


def build(path: Path) -> None:
    path.write_text(TEXT.replace("@ROOT@", str(ROOT)))
