"""Are reports made four at a time, and do the other pages never wait for them."""

import asyncio
import random

import pytest

from grader.suite import at_most, not_hidden, same, status, token

pytestmark = pytest.mark.except_for("in_a_crowd", "four at a time are the task: a crowd has to wait")

REPORT = "make_report"
SLOTS = 4


def numbers(number):
    return random.sample(range(10_000, 99_999), number)


def all_of(client, path, ids):
    return asyncio.gather(*(client.get(f"{path}/{one}") for one in ids))


async def test_one_report(client, clock, fake):
    """A report of 1 s is a 200 after 1.0 s, one of 0.4 s after 0.4 s, each made once."""
    for takes in (1.0, 0.4):
        (number,) = numbers(1)
        engine = fake(REPORT, takes=takes)
        with clock.takes(takes):
            response = await client.get(f"/reports/{number}")
        status(response, 200)
        same(response.json(), engine.result)
        engine.was_called_once_with(number)


@pytest.mark.points(2)
@pytest.mark.needs("test_one_report")
@pytest.mark.except_for("someone_leaves", "who leaves has had one of the four places")
async def test_four_at_a_time(client, clock, fake, trace):
    """Eighty reports of 1 s asked for at once: four at a time, and all are there after 20.0 s."""
    ids = numbers(80)
    engine = fake(REPORT, takes=1.0)
    start = clock.now()
    responses = await all_of(client, "/reports", ids)
    end = clock.now()
    at_most(trace.peak(REPORT), SLOTS, REPORT)
    for response in responses:
        status(response, 200)
    clock.check(start, end, 20.0, one_by_one=80.0)
    for number, response in zip(ids, responses, strict=True):
        same(response.json(), engine.result_for(number))


@pytest.mark.points(2)
@pytest.mark.needs("test_one_report")
async def test_health_does_not_wait(client, clock, fake):
    """Ten health checks come 0.1 s after eighty reports: they are answered at 0.2 s."""
    fake(REPORT, takes=1.0)
    word = token()
    fake("ask_database", takes=0.1, returns=word)
    start = clock.now()
    others = all_of(client, "/reports", numbers(80))
    await clock.sleep(0.1)
    responses = await asyncio.gather(*(client.get("/health") for _ in range(10)))
    clock.check(start, clock.now(), 0.2, behind_the_reports=2.1, one_by_one=1.1)
    for response in responses:
        status(response, 200)
        same(response.json(), {"database": word})
    await others


@pytest.mark.points(2)
@pytest.mark.needs("test_one_report")
async def test_prices_do_not_wait(client, clock, fake):
    """Ten prices are asked for 0.1 s after eighty reports: they are there at 0.3 s."""
    fake(REPORT, takes=1.0)
    supplier = fake("load_price", takes=0.2)
    items = numbers(10)
    start = clock.now()
    others = all_of(client, "/reports", numbers(80))
    await clock.sleep(0.1)
    responses = await all_of(client, "/prices", items)
    clock.check(start, clock.now(), 0.3, behind_the_reports=2.2, one_by_one=2.1)
    for item, response in zip(items, responses, strict=True):
        status(response, 200)
        same(response.json(), supplier.result_for(item))
    await others


@pytest.mark.points(2)
@pytest.mark.needs("test_four_at_a_time")
@pytest.mark.except_for("someone_leaves", "who leaves has had one of the four places")
async def test_a_report_that_fails_gives_its_place_back(client, clock, fake, trace):
    """Six reports fail after 0.5 s each: error statuses. Then eight of 1 s take 2.0 s."""
    fake(REPORT, takes=0.5, raises=RuntimeError(token()))
    for response in await all_of(client, "/reports", numbers(6)):
        not_hidden(response, REPORT)
    engine = fake(REPORT, takes=1.0)
    ids = numbers(8)
    with clock.takes(2.0, one_by_one=8.0):
        responses = await all_of(client, "/reports", ids)
    at_most(trace.peak(REPORT), SLOTS, REPORT)
    for number, response in zip(ids, responses, strict=True):
        status(response, 200)
        same(response.json(), engine.result_for(number))


async def test_nothing_is_left(client, fake, tidy):
    """After six reports, one of which failed, the app stops cleanly, and nothing is left."""
    bad, *good = numbers(6)
    fake(REPORT, takes=1.0, raises=lambda number: RuntimeError("no ink") if number == bad else None)
    await all_of(client, "/reports", [bad, *good])
    await tidy()
