"""A group makes an ExceptionGroup of what the model raises.

fails: test_a_model_that_fails = server-error

"""

import anyio


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    found: dict | None = None
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            await gone(request)
            group.cancel_scope.cancel()

        group.start_soon(watch)
        try:
            found = await ask_model(text)
        except Exception:
            raise HTTPException(502) from None
        group.cancel_scope.cancel()
    if found is None:
        raise HTTPException(499, "The visitor has left.")
    return found
