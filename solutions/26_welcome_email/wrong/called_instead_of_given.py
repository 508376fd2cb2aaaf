"""The parentheses call the function: add_task gets a coroutine, which it cannot call.

fails: test_the_response_leaves_at_once = forgotten-await
fails: test_the_email_is_sent_two_seconds_later = forgotten-await
fails: test_the_answer_names_the_address = forgotten-await
fails: test_sales_hears_of_it_without_an_email = forgotten-await
fails: test_the_email_is_sent_without_sales = forgotten-await
fails: test_ten_sign_ups_at_once = forgotten-await
fails: test_nothing_is_lost_while_it_waits = forgotten-await
"""

del welcome


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    background.add_task(send_welcome_email(person.email))
    background.add_task(notify_sales(person.email))
    return {"signed_up": person.email}
