"""The watcher is left alone: a server says `http.disconnect` also when the response is complete."""


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
        await asyncio.gather(asked, return_exceptions=True)
