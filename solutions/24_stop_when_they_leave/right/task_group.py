"""A TaskGroup, whose watcher cancels the question; the group awaits both."""

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
    try:
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(ask_model(text))

            async def watch() -> None:
                await gone(request)
                asked.cancel()

            watching = group.create_task(watch())
            asked.add_done_callback(lambda _: watching.cancel())
    except* Exception as group_of_errors:
        raise HTTPException(502) from group_of_errors
    if asked.cancelled():
        raise HTTPException(499)
    return asked.result()
