"""Nothing refers to the task, so Python may collect it before it is done.

fails: test_nothing_is_lost_while_it_waits = lost-task
fails: test_sales_hears_of_it_without_an_email = lost-task
fails: test_ten_sign_ups_at_once = lost-task
fails: test_the_answer_names_the_address = lost-task
fails: test_the_email_is_sent_two_seconds_later = lost-task
fails: test_the_email_is_sent_without_sales = lost-task
fails: test_the_response_leaves_at_once = lost-task
"""


@app.post("/signup")
async def sign_up(person: SignUp) -> dict:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    asyncio.create_task(welcome(person.email))
    return {"signed_up": person.email}
