"""A dispatcher is started by the first sign-up of each start of the app, and starts a kept
task for each letter."""

del welcome

dispatcher: asyncio.Task | None = None
letters: asyncio.Queue[str]
kept: set[asyncio.Task] = set()


async def guarded(step, address: str) -> None:
    try:
        await step(address)
    except Exception:
        log.exception("%s", address)


async def dispatch() -> None:
    while True:
        address = await letters.get()
        for step in (send_welcome_email, notify_sales):
            task = asyncio.create_task(guarded(step, address))
            kept.add(task)
            task.add_done_callback(kept.discard)


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    global dispatcher, letters
    if dispatcher is None or dispatcher.done() or dispatcher.get_loop() is not asyncio.get_running_loop():
        letters = asyncio.Queue()
        dispatcher = asyncio.create_task(dispatch())
    letters.put_nowait(person.email)
    return {"signed_up": person.email}
