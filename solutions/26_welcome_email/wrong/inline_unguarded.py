"""The customer waits, and a full mailbox turns the sign-up into a 500.

fails: test_the_response_leaves_at_once = too-slow
fails: test_sales_hears_of_it_without_an_email = server-error
fails: test_the_email_is_sent_without_sales = server-error
fails: test_ten_sign_ups_at_once = too-slow
"""

del welcome


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    await send_welcome_email(person.email)
    await notify_sales(person.email)
    return {"signed_up": person.email}
