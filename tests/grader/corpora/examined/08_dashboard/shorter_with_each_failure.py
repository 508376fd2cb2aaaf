"""What has failed once is not asked again.

fails: again = not-called
says: changes `WIDGETS`, which the whole app shares
"""


async def shown(name: str) -> dict:
    try:
        return await load_widget(name)
    except Exception:
        WIDGETS.remove(name)  # here
        return {"error": "unavailable"}


@app.get("/dashboard")
async def dashboard() -> dict:
    names = list(WIDGETS)
    return dict(zip(names, await asyncio.gather(*map(shown, names)), strict=True))
