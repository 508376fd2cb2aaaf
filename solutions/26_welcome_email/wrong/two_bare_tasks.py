"""The list of background tasks ends at the first that raises: nobody tells the sales team.

fails: test_sales_hears_of_it_without_an_email = server-error
"""

del welcome


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(send_welcome_email, person.email)
    background.add_task(notify_sales, person.email)
    return {"signed_up": person.email}
