"""The call is cancelled, and nobody waits until it has ended.

fails: test_nobody_goes_before_the_call_has_ended = still-running

"""


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    asked = asyncio.create_task(ask_model(text))
    leaving = asyncio.create_task(gone(request))
    try:
        await asyncio.wait({asked, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            raise HTTPException(499, "The visitor has left.")
        try:
            return asked.result()
        except Exception:
            raise HTTPException(502) from None
    finally:
        asked.cancel()
        leaving.cancel()
