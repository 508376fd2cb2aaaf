"""The address is written in small letters: it is not the one that was given.

fails: test_sales_hears_of_it_without_an_email = wrong-argument
fails: test_ten_sign_ups_at_once = wrong-argument
fails: test_the_answer_names_the_address = wrong-argument
fails: test_the_email_is_sent_two_seconds_later = wrong-argument
fails: test_the_email_is_sent_without_sales = wrong-argument
fails: test_the_response_leaves_at_once = wrong-argument
"""


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(welcome, person.email.lower())
    return {"signed_up": person.email}
