"""Four tasks take one report after the other from a queue, and make it on a thread."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request

del reports


async def work(orders: asyncio.Queue) -> None:
    while True:
        number, order = await orders.get()
        try:
            order.set_result(await asyncio.to_thread(make_report, number))
        except Exception as error:
            if not order.done():
                order.set_exception(error)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.orders = asyncio.Queue()
    workers = [asyncio.create_task(work(app.state.orders)) for _ in range(SLOTS)]
    yield
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


app = FastAPI(lifespan=lifespan)


@app.get("/reports/{number}")
async def report(number: int, request: Request) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    order = asyncio.get_running_loop().create_future()
    request.app.state.orders.put_nowait((number, order))
    return await order
