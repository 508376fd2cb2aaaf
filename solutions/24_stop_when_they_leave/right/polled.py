"""Asks every quarter of a second whether the visitor is still there."""


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    asked = asyncio.create_task(ask_model(text))
    try:
        while not asked.done():
            await asyncio.wait({asked}, timeout=0.25)
            if not asked.done() and await request.is_disconnected():
                raise HTTPException(499, "The visitor has left.")
        error = asked.exception()
        if error is not None:
            raise HTTPException(502) from error
        return asked.result()
    finally:
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
