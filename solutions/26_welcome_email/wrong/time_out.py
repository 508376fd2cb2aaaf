"""The work is given up after a second, which no e-mail survives.

fails: test_the_response_leaves_at_once = server-error
fails: test_the_email_is_sent_two_seconds_later = server-error
fails: test_the_answer_names_the_address = server-error
fails: test_sales_hears_of_it_without_an_email = server-error
fails: test_the_email_is_sent_without_sales = server-error
"""


async def hurry(address: str) -> None:
    await asyncio.wait_for(welcome(address), timeout=1)


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(hurry, person.email)
    return {"signed_up": person.email}
