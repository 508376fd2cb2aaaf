"""The endpoint ends when the visitor has left, and the question goes on.

fails: test_the_call_ends_with_its_visitor = disconnect-unheard
fails: test_a_question_in_the_body = disconnect-unheard
fails: test_some_leave_and_some_stay = disconnect-unheard

"""


kept: set[asyncio.Task] = set()


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    asked = asyncio.create_task(ask_model(text))
    kept.add(asked)
    asked.add_done_callback(kept.discard)
    while not asked.done():
        await asyncio.wait({asked}, timeout=0.25)
        if not asked.done() and await request.is_disconnected():
            raise HTTPException(499, "The visitor has left.")
    try:
        return asked.result()
    except Exception:
        raise HTTPException(502) from None
