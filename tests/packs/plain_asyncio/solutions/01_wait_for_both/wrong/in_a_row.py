"""The second wait begins when the first one has ended.

fails: test_both_overlap = one-after-another
fails: test_the_longer_one_decides = one-after-another
"""


async def both() -> list:
    return [await left(), await right()]
