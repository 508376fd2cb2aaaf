"""Does the slow endpoint wait its second, and does nobody else wait with it."""

import asyncio
import random

import pytest

from grader.suite import same, status

FAST = {"status": "fast"}
DONE = {"status": "done", "waited": "1 second"}


def is_done(response):
    status(response, 200)
    same(response.json(), DONE)


async def test_fast_answers_at_once(client, clock):
    """/fast answers {"status": "fast"}, after 0.0 s."""
    with clock.takes(0.0, with_a_wait_of_its_own=1.0):
        response = await client.get("/fast")
    status(response, 200)
    same(response.json(), FAST)


async def test_slow_takes_one_second(client, clock):
    """/slow answers {"status": "done", "waited": "1 second"}, after 1.0 s."""
    with clock.takes(1.0, with_no_wait=0.0):
        response = await client.get("/slow")
    is_done(response)


@pytest.mark.points(2)
async def test_two_hundred_at_once(client, clock):
    """200 visitors of /slow at the same moment are all done after 1.0 s, not after 200 s."""
    with clock.takes(1.0, in_a_pool_of_40_threads=5.0, one_at_a_time=200.0):
        responses = await asyncio.gather(*(client.get("/slow") for _ in range(200)))
    for response in responses:
        is_done(response)


@pytest.mark.points(2)
@pytest.mark.needs("test_slow_takes_one_second")
async def test_fast_stays_fast(client, clock):
    """While 100 visitors wait for /slow, one comes for /fast at 0.1 s and has it at 0.1 s."""
    waiting = [asyncio.create_task(client.get("/slow")) for _ in range(100)]
    with clock.takes(0.1, after_all_the_slow_ones=100.0):
        await clock.sleep(0.1)
        response = await client.get("/fast")
    status(response, 200)
    same(response.json(), FAST)
    for slow in await asyncio.gather(*waiting):
        status(slow, 200)


async def test_everyone_waits_their_own_second(client, clock):
    """Visitors who come to /slow one by one, within a second, each wait 1.0 s of their own."""

    async def visit(arrival):
        await clock.sleep(arrival)
        start = clock.now()
        response = await client.get("/slow")
        return response, start, clock.now()

    first = clock.now()
    arrivals = [0.0, *(round(random.uniform(0.2, 0.9), 2) for _ in range(3))]
    visits = await asyncio.gather(*(visit(arrival) for arrival in arrivals))
    for arrival, (response, start, end) in zip(arrivals, visits, strict=True):
        is_done(response)
        clock.check(start, end, 1.0)
        clock.check(first, end, arrival + 1.0)


@pytest.mark.needs("test_slow_takes_one_second")
async def test_a_visitor_who_leaves(client, clock):
    """When a visitor of /slow gives up at 0.5 s, one who comes then is served at 1.5 s."""
    with clock.takes(1.5, after_the_one_who_left=2.0):
        impatient = asyncio.create_task(client.get("/slow"))
        await clock.sleep(0.5)
        impatient.cancel()
        response = await client.get("/slow")
    is_done(response)
