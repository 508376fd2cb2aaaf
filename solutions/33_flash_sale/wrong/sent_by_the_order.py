"""Each order sends the news itself, and waits for the slowest watcher.

fails: test_watchers_hear_of_each_sale = too-slow
"""


async def tell_all(news: dict) -> None:
    for watcher in list(watchers):
        await watcher.socket.send_json(news)


@app.post("/items/{item}/orders", status_code=201)
async def order(item: str) -> dict:
    """Take a piece (409), charge (402 when declined), tell {"sold": item}; answer {"item": item}."""
    if not await change(item, -1):
        raise HTTPException(409)
    try:
        await charge(item)
    except BaseException as error:
        await change(item, +1)
        if isinstance(error, DeclinedError):
            raise HTTPException(402) from None
        raise
    await tell_all({"sold": item})
    return {"item": item}
