"""Turned round, the same trap: when the note fails, no e-mail goes out.

fails: test_the_email_is_sent_without_sales = server-error
"""

del welcome


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(notify_sales, person.email)
    background.add_task(send_welcome_email, person.email)
    return {"signed_up": person.email}
