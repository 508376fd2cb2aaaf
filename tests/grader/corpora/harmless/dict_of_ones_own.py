# exercise: checkout
# status: passed
# points: 7
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


class Basket:
    sizes = ("s", "m")

    def __init__(self) -> None:
        self.items = [1]

    def copy(self) -> "Basket":
        other = Basket()
        other.__dict__.update(self.__dict__)
        return other


assert Basket().copy().__dict__ == {"items": [1]}
assert "sizes" in Basket.__dict__ and "copy" in vars(Basket)
assert {name: getattr(Basket(), name) for name in Basket().__dict__} == {"items": [1]}

@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    assert set(order.__dict__) == {"id"} == set(vars(order))
    payment, email = await asyncio.gather(process_payment(order.id), send_confirmation_email(order.id))
    return {"payment": payment, "email": email}
