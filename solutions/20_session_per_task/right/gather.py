"""gather over three helpers: the order of its results is that of its arguments."""


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    found = await asyncio.gather(
        alone(earned, month), alone(returned, month), alone(visits, month)
    )
    return dict(zip(("earned", "returned", "visits"), found))
