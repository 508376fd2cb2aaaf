"""A task group cancels the other step when one fails.

fails: test_sales_hears_of_it_without_an_email = server-error
fails: test_the_email_is_sent_without_sales = server-error
"""


async def welcome(address: str) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(send_welcome_email(address))
        group.create_task(notify_sales(address))
