"""The sales team is never told.

fails: test_the_answer_names_the_address = not-called
fails: test_sales_hears_of_it_without_an_email = server-error
fails: test_the_email_is_sent_without_sales = not-called
"""

del welcome


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(send_welcome_email, person.email)
    return {"signed_up": person.email}
