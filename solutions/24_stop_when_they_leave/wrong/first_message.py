"""The first message is taken for the disconnect, but it is the request's own body.

fails: test_who_stays = too-early

"""


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    asked = asyncio.create_task(ask_model(text))
    leaving = asyncio.create_task(request.receive())
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
        await asyncio.gather(asked, leaving, return_exceptions=True)
