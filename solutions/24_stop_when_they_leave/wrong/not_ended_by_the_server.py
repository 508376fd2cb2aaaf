"""The call ends with its visitor, but not when the server cancels the request.

fails: test_the_server_cancels = still-running

"""


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    asked = asyncio.create_task(ask_model(text))
    leaving = asyncio.create_task(gone(request))
    await asyncio.wait({asked, leaving}, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    if not asked.done():
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        raise HTTPException(499, "The visitor has left.")
    try:
        return asked.result()
    except Exception:
        raise HTTPException(502) from None
