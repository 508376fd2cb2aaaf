"""What follows the response has a time limit that is over before anything is sent.

fails: test_the_response_leaves_at_once = not-called
says: send_welcome_email never ran: both(...) (line
says: was cancelled at 0.1 s, before it came to that.
"""

import asyncio


async def both(address: str) -> None:
    await asyncio.sleep(0.2)
    await welcome(address)


async def in_time(address: str) -> None:
    try:
        async with asyncio.timeout(0.1):
            await both(address)  # here
    except TimeoutError:
        log.warning("nobody was welcomed")


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    background.add_task(in_time, person.email)
    return {"signed_up": person.email}
