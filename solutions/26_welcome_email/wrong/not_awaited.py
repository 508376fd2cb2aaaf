"""A plain function calls the two, and a call without await does nothing.

fails: test_the_response_leaves_at_once = forgotten-await
fails: test_the_email_is_sent_two_seconds_later = forgotten-await
fails: test_the_answer_names_the_address = forgotten-await
fails: test_sales_hears_of_it_without_an_email = forgotten-await
fails: test_the_email_is_sent_without_sales = forgotten-await
fails: test_ten_sign_ups_at_once = forgotten-await
fails: test_nothing_is_lost_while_it_waits = forgotten-await
"""


def welcome(address: str) -> None:
    send_welcome_email(address)
    notify_sales(address)
