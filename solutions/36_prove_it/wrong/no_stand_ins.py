"""It measures the real functions with Python's clock, and nobody is there to answer.

fails: test_right_and_empty = right-rejected
"""

import time


async def test_one_visitor(client) -> None:
    """The three together take less than a second."""
    start = time.time()
    response = await client.get("/trips/Oslo")
    assert response.status_code == 200
    assert time.time() - start < 1.0
