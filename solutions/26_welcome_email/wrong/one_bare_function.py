"""One background function for both steps, and still the first failure ends it.

fails: test_sales_hears_of_it_without_an_email = server-error
"""


async def welcome(address: str) -> None:
    await send_welcome_email(address)
    await notify_sales(address)
