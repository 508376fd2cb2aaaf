"""A StreamingResponse hears of a disconnect by itself, but its 200 has left before the model fails.

fails: test_a_model_that_fails = wrong-status

"""
import json
from collections.abc import AsyncIterator
from fastapi.responses import StreamingResponse


@app.get("/answers/{text}")
async def short_question(text: str, request: Request) -> StreamingResponse:
    """A question in the address. Given; leave it as it is."""
    return await answer(text, request)


@app.post("/answers")
async def long_question(question: Question, request: Request) -> StreamingResponse:
    """A question in the body. Given; leave it as it is."""
    return await answer(question.text, request)


async def answer(text: str, request: Request) -> StreamingResponse:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""

    async def body() -> AsyncIterator[str]:
        try:
            yield json.dumps(await ask_model(text))
        except Exception:
            yield json.dumps({"detail": "The model has no answer."})

    return StreamingResponse(body(), media_type="application/json")
