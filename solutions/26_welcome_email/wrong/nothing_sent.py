"""The quickest response of all: nothing happens behind it.

fails: test_the_response_leaves_at_once = not-called
fails: test_the_email_is_sent_two_seconds_later = not-called
fails: test_the_answer_names_the_address = not-called
fails: test_sales_hears_of_it_without_an_email = not-called
fails: test_the_email_is_sent_without_sales = not-called
fails: test_ten_sign_ups_at_once = not-called
fails: test_nothing_is_lost_while_it_waits = not-called
"""

del welcome


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    return {"signed_up": person.email}
