"""The first task that ends clears the whole set: the others are held by nobody.

fails: test_nothing_is_lost_while_it_waits = lost-task
"""

kept: set[asyncio.Task] = set()


async def welcome(address: str) -> None:
    for step in (send_welcome_email, notify_sales):
        try:
            await step(address)
        except Exception:
            log.exception("%s", address)


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    task = asyncio.create_task(welcome(person.email))
    kept.add(task)
    task.add_done_callback(lambda _: kept.clear())
    return {"signed_up": person.email}
