"""Two workers put their results in a queue, and the endpoint takes them out again."""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    done: asyncio.Queue = asyncio.Queue()

    async def deliver(key, work):
        try:
            await done.put((key, await work, None))
        except Exception as error:
            await done.put((key, None, error))

    workers = [
        asyncio.create_task(deliver("payment", process_payment(order.id))),
        asyncio.create_task(deliver("email", send_confirmation_email(order.id))),
    ]
    answer = {}
    for _ in workers:
        key, result, error = await done.get()
        if error is not None:
            raise error
        answer[key] = result
    return answer
