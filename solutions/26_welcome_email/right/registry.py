"""A set keeps each task until it is done; the tasks run side by side."""

from collections.abc import Coroutine

del welcome

running: set[asyncio.Task] = set()


def start(work: Coroutine) -> None:
    task = asyncio.create_task(work)
    running.add(task)
    task.add_done_callback(finish)


def finish(task: asyncio.Task) -> None:
    running.discard(task)
    if not task.cancelled() and task.exception() is not None:
        log.error("a step of the welcome failed", exc_info=task.exception())


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    start(send_welcome_email(person.email))
    start(notify_sales(person.email))
    return {"signed_up": person.email}
