"""A group whose scope whoever is done first cancels; what the model raises stays inside it."""

import asyncio

import anyio
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
    found: dict | None = None
    failure: Exception | None = None
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            await gone(request)
            group.cancel_scope.cancel()

        group.start_soon(watch)
        try:
            found = await ask_model(text)
        except Exception as error:
            failure = error
        group.cancel_scope.cancel()
    if failure is not None:
        raise HTTPException(502) from failure
    if found is None:
        raise HTTPException(499)
    return found
