"""A worker that the app's start made ends with the first e-mail that fails, and sends no more.

fails: test_sales_hears_of_it_without_an_email = lost-exception
says: A task ended at line
"""

import asyncio
from contextlib import asynccontextmanager

emails: asyncio.Queue = asyncio.Queue()
notes: asyncio.Queue = asyncio.Queue()


async def send_all() -> None:
    async with asyncio.TaskGroup() as group:  # here
        while True:
            address = await emails.get()
            group.create_task(send_welcome_email(address))


async def tell_all() -> None:
    while True:
        address = await notes.get()
        try:
            await notify_sales(address)
        except Exception:
            log.exception("sales were not told")


@asynccontextmanager
async def lifespan(app: FastAPI):
    tasks = [asyncio.create_task(send_all()), asyncio.create_task(tell_all())]
    yield
    for task in tasks:
        task.cancel()


app.router.lifespan_context = lifespan


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    emails.put_nowait(person.email)
    notes.put_nowait(person.email)
    return {"signed_up": person.email}
