"""A group whose scope whoever is done first cancels; what the model raises stays inside it."""

import anyio


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    found: dict | None = None
    failure: Exception | None = None
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            await gone(request)
            group.cancel_scope.cancel()

        group.start_soon(watch)
        try:
            found = await ask_model(text)
        except Exception as error:
            failure = error
        group.cancel_scope.cancel()
    if failure is not None:
        raise HTTPException(502) from failure
    if found is None:
        raise HTTPException(499, "The visitor has left.")
    return found
