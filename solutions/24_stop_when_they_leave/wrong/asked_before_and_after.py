"""It looks whether the visitor is there before the call, and after it.

fails: test_the_call_ends_with_its_visitor = disconnect-unheard
fails: test_a_question_in_the_body = disconnect-unheard
fails: test_some_leave_and_some_stay = disconnect-unheard

"""


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    if await request.is_disconnected():
        raise HTTPException(499, "The visitor has left.")
    try:
        found = await ask_model(text)
    except Exception:
        raise HTTPException(502) from None
    if await request.is_disconnected():
        raise HTTPException(499, "The visitor has left.")
    return found
