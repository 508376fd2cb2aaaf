"""A worker ends when it finds nothing to do, which is so as the app starts.

fails: test_the_response_leaves_at_once = not-called
says: made as the app started, came to its end at 0.0 s
"""

import asyncio
from contextlib import asynccontextmanager

addresses: list[str] = []


async def work() -> None:
    while addresses:
        await welcome(addresses.pop(0))


@asynccontextmanager
async def lifespan(app: FastAPI):
    task = asyncio.create_task(work())  # here
    yield
    await task


app.router.lifespan_context = lifespan


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    addresses.append(person.email)
    return {"signed_up": person.email}
