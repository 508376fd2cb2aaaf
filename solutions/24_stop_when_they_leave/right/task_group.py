"""A TaskGroup, whose watcher cancels the question; the group awaits both."""


async def answer(text: str, request: Request) -> dict:
    """What the model says; a 502 when it fails; the call ends when the visitor leaves."""
    try:
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(ask_model(text))

            async def watch() -> None:
                await gone(request)
                asked.cancel()

            watching = group.create_task(watch())
            asked.add_done_callback(lambda _: watching.cancel())
    except* Exception as group_of_errors:
        raise HTTPException(502) from group_of_errors
    if asked.cancelled():
        raise HTTPException(499, "The visitor has left.")
    return asked.result()
