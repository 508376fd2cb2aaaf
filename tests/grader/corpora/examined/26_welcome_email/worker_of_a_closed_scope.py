"""A worker belongs to a scope that the app's start closes: it is cancelled, and nobody sends.

fails: test_the_response_leaves_at_once = not-called
says: The task work, which line
says: made as the app started, was cancelled at
"""

import asyncio
from contextlib import asynccontextmanager

addresses: asyncio.Queue = asyncio.Queue()


async def work() -> None:
    while True:
        await welcome(await addresses.get())


@asynccontextmanager
async def worker():
    task = asyncio.create_task(work())  # here
    await asyncio.sleep(0.01)
    try:
        yield
    finally:
        task.cancel()


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with worker():
        log.info("the worker is there")
    yield


app.router.lifespan_context = lifespan


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    addresses.put_nowait(person.email)
    return {"signed_up": person.email}
