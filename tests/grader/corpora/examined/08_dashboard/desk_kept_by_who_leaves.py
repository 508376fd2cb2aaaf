"""Three hundred places, of which each visitor who leaves keeps one.

fails: after_failures = slot-leak
says: visitors who left midway: Line
"""

desks = asyncio.Semaphore(300)


@app.get("/dashboard")
async def dashboard() -> dict:
    await desks.acquire()  # here
    board = dict(zip(WIDGETS, await asyncio.gather(*map(guarded, WIDGETS))))
    desks.release()
    return board


async def guarded(name: str) -> dict:
    try:
        return await load_widget(name)
    except Exception:
        return {"error": "unavailable"}
