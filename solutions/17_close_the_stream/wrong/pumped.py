"""A task reads ahead into a queue without a limit, and goes on for viewers who have left.

fails: test_a_slow_viewer_is_waited_for = no-back-pressure
fails: test_a_licence_is_held_while_the_film_runs = too-slow
fails: test_a_viewer_who_leaves = still-running
fails: test_a_request_that_is_cancelled = still-running
fails: test_nothing_is_left = still-running
"""

kept = set()


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    found = asyncio.get_running_loop().create_future()
    pieces = asyncio.Queue()

    async def fetch() -> None:
        try:
            async with licences, app.state.client.stream("GET", f"{ARCHIVE}/{name}") as film:
                film.raise_for_status()
                if not found.done():
                    found.set_result(True)
                async for piece in film.aiter_bytes():
                    pieces.put_nowait(piece)
        except httpx.HTTPError:
            if not found.done():
                found.set_result(False)
        pieces.put_nowait(None)

    task = asyncio.create_task(fetch())
    kept.add(task)
    task.add_done_callback(kept.discard)
    if not await found:
        raise HTTPException(502, "The archive has no such film.")

    async def body() -> AsyncIterator[bytes]:
        while (piece := await pieces.get()) is not None:
            yield piece

    return StreamingResponse(body())
