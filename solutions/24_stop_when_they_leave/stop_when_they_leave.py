"""Two tasks, the question and the wait for a disconnect: the first that is done decides.

The `finally` runs however this ends: with an answer, a failing model, a visitor who has left, or a
server that cancels the request. It cancels both tasks, and waits until they have ended.
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


async def gone(request: Request) -> None:
    """Comes back when the visitor has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    asked = asyncio.create_task(ask_model(text))
    leaving = asyncio.create_task(gone(request))
    try:
        await asyncio.wait({asked, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if asked.done():
            return asked.result()
    except Exception:
        raise HTTPException(502, "The model has no answer.") from None
    finally:
        asked.cancel()
        leaving.cancel()
        await asyncio.gather(asked, leaving, return_exceptions=True)
    raise HTTPException(499, "The visitor has left.")
