"""Only OSError and RuntimeError of the e-mail are guarded.

fails: test_sales_hears_of_it_without_an_email = not-called
"""


async def welcome(address: str) -> None:
    try:
        await send_welcome_email(address)
    except (OSError, RuntimeError):
        log.exception("%s", address)
    await notify_sales(address)


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    background.add_task(welcome, person.email)
    return {"signed_up": person.email}
