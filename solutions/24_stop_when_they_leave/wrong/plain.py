"""The question is awaited: nobody hears that the visitor has left.

fails: test_the_call_ends_with_its_visitor = disconnect-unheard
fails: test_a_question_in_the_body = disconnect-unheard
fails: test_some_leave_and_some_stay = disconnect-unheard

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
