"""A widget whose data has a key "error" is labelled as unavailable.

fails: test_every_widget_is_under_its_name = wrong-value
"""


async def guarded(name: str) -> dict:
    try:
        data = await load_widget(name)
    except Exception:
        data = {"error": "any"}
    return {"error": "unavailable"} if "error" in data else data


@app.get("/dashboard")
async def dashboard() -> dict:
    return dict(zip(WIDGETS, await asyncio.gather(*map(guarded, WIDGETS))))
