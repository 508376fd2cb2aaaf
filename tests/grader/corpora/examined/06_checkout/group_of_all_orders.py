"""One group for the whole app: the first failure is the last of it.

fails: again = server-error
says: the app ended with it
"""

from contextlib import asynccontextmanager

from fastapi import Request


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with asyncio.TaskGroup() as group:
        yield {"group": group}


app = FastAPI(lifespan=lifespan)


@app.post("/checkout")
async def checkout(order: Order, request: Request) -> dict:
    start = request.state.group.create_task
    payment = start(process_payment(order.id))
    email = start(send_confirmation_email(order.id))
    await asyncio.wait([payment, email])
    return {"payment": payment.result(), "email": email.result()}  # here
