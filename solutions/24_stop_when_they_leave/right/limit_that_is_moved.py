"""A time limit without an end, which the watcher moves to now when the visitor leaves."""


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as limit:

            async def watch() -> None:
                await gone(request)
                limit.reschedule(loop.time())

            watching = asyncio.create_task(watch())
            try:
                return await ask_model(text)
            finally:
                watching.cancel()
                await asyncio.wait({watching})
    except Exception:
        raise HTTPException(499 if limit.expired() else 502, "No answer.") from None
