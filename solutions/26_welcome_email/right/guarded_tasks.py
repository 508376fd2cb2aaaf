"""Two background tasks, each of them guarded, so the first never stops the second."""

from collections.abc import Awaitable, Callable

del welcome


async def attempt(step: Callable[[str], Awaitable[None]], address: str) -> None:
    try:
        await step(address)
    except Exception:
        log.exception("a step of the welcome failed for %s", address)


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(attempt, send_welcome_email, person.email)
    background.add_task(attempt, notify_sales, address=person.email)
    return {"signed_up": person.email}
