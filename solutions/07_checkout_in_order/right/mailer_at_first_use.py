"""The first order of each start of the app starts a mailer, which holds a task for each
e-mail."""

mailer: asyncio.Task | None = None
letters: asyncio.Queue[int]
kept: set[asyncio.Task] = set()


async def mail() -> None:
    while True:
        task = asyncio.create_task(send_confirmation_email(await letters.get()))
        kept.add(task)
        task.add_done_callback(kept.discard)


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    global mailer, letters
    stock, trust = await asyncio.gather(is_in_stock(order.id), is_trusted(order.id))
    if not (stock and trust):
        raise HTTPException(409)
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        raise HTTPException(402)
    if mailer is None or mailer.done():
        letters = asyncio.Queue()
        mailer = asyncio.create_task(mail())
    letters.put_nowait(order.id)
    return {"payment": payment}
