"""The app is wrapped: on a disconnect all that a request does is cancelled, whatever it is.

whole: the app is given its name twice.
"""

import asyncio

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel

app = FastAPI()


class Question(BaseModel):
    """What somebody wants to know. Given; leave it as it is."""

    text: str


async def ask_model(text: str) -> dict:
    """The model's answer: is paid by the second, and may raise. Given; leave it as it is."""
    await asyncio.sleep(8)
    return {"answer": f"{text}? It depends."}


@app.get("/answers/{text}")
async def short_question(text: str, request: Request) -> dict:
    """A question in the address. Given; leave it as it is."""
    return await answer(text, request)


@app.post("/answers")
async def long_question(question: Question, request: Request) -> dict:
    """A question in the body. Given; leave it as it is."""
    return await answer(question.text, request)


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    try:
        return await ask_model(text)
    except Exception:
        raise HTTPException(502) from None


class EndsWithItsVisitor:
    """Reads the messages of the server itself, and hands them on to the app."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        messages = asyncio.Queue()

        async def read() -> None:
            while True:
                message = await receive()
                messages.put_nowait(message)
                if message["type"] == "http.disconnect":
                    return

        serving = asyncio.ensure_future(self.app(scope, messages.get, send))
        reading = asyncio.create_task(read())
        try:
            await asyncio.wait({serving, reading}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
        finally:
            serving.cancel()
            reading.cancel()
            await asyncio.gather(serving, reading, return_exceptions=True)


app = EndsWithItsVisitor(app)
