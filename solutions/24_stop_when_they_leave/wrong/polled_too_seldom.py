"""It looks every ten seconds.

fails: test_the_call_ends_with_its_visitor = disconnect-unheard
fails: test_a_question_in_the_body = disconnect-unheard
fails: test_some_leave_and_some_stay = disconnect-unheard

"""


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    asked = asyncio.create_task(ask_model(text))
    try:
        while not asked.done():
            await asyncio.wait({asked}, timeout=10.0)
            if not asked.done() and await request.is_disconnected():
                raise HTTPException(499, "The visitor has left.")
        try:
            return asked.result()
        except Exception:
            raise HTTPException(502) from None
    finally:
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
