"""One `try` around both steps: when the first fails, the second never begins.

fails: test_sales_hears_of_it_without_an_email = not-called
"""

del welcome


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    async def both() -> None:
        try:
            await send_welcome_email(person.email)
            await notify_sales(person.email)
        except Exception:
            log.exception("welcome")

    background.add_task(both)
    return {"signed_up": person.email}
