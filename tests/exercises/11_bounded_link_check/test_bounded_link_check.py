"""Are a hundred URLs looked up ten at a time, without idle places, lost places or lost results."""

import asyncio
import random

import httpx
import pytest

from grader.suite import at_most, called, expect, nothing_left, same, status, token

pytestmark = [
    pytest.mark.except_for("every_call_fails", "a look-up that fails is null in the answer"),
    pytest.mark.except_for("odd_values", "a status of 0 is none"),
]

LONG = pytest.mark.except_for(
    "in_a_crowd", "250 lists of a hundred URLs are no crowd any more"
)
LOOK_UP = "look_up"


def links(count):
    return [f"https://shop.example.com/{token()}/{number}" for number in range(count)]


def number_of(url):
    return int(url.rpartition("/")[2])


def random_statuses(urls):
    return {url: random.choice((200, 204, 301, 404, 410, 500)) for url in urls}


async def check(client, urls):
    return await client.post("/check", json={"urls": urls})


def is_answer(response, expected):
    """The response has the expected statuses."""
    status(response, 200)
    same(response.json(), expected)


def each_once(looked_up, urls):
    looked_up.was_called(len(urls))
    same(sorted(call.arguments["url"] for call in looked_up.calls), sorted(urls))


@pytest.mark.points(2)
@LONG
async def test_ten_at_a_time(client, clock, fake, trace):
    """A hundred URLs of 0.2 s: ten at a time, 2.0 s, not 20.0 s."""
    urls = links(100)
    statuses = random_statuses(urls)
    looked_up = fake(LOOK_UP, takes=0.2, returns=lambda url: statuses[url])
    start = clock.now()
    response = await check(client, urls)
    end = clock.now()
    is_answer(response, statuses)
    each_once(looked_up, urls)
    at_most(trace.peak(LOOK_UP), 10, LOOK_UP)
    clock.check(start, end, 2.0, one_by_one=20.0)


@pytest.mark.points(2)
@LONG
async def test_a_slow_one_holds_one_place(client, clock, fake, trace):
    """Ten of the hundred take 1.0 s: the others pass them by, and it takes 2.8 s, not 5.2 s."""
    urls = links(100)
    statuses = random_statuses(urls)
    # As many before them as after: from either end of the list all places are busy to the end.
    slow = range(30, 70, 4)
    looked_up = fake(
        LOOK_UP,
        takes=lambda url: 1.0 if number_of(url) in slow else 0.2,
        returns=lambda url: statuses[url],
    )
    start = clock.now()
    response = await check(client, urls)
    end = clock.now()
    is_answer(response, statuses)
    each_once(looked_up, urls)
    at_most(trace.peak(LOOK_UP), 10, LOOK_UP)
    clock.check(start, end, 2.8, in_batches_of_ten=5.2)


@pytest.mark.points(2)
@LONG
async def test_failures_are_null(client, clock, fake, trace):
    """Of a hundred the first twelve fail, in many ways: they are null, and all is there at 2.0 s."""
    urls = links(100)
    errors = (httpx.ConnectError, httpx.ReadTimeout, httpx.InvalidURL, ValueError)
    statuses = random_statuses(urls)
    looked_up = fake(
        LOOK_UP,
        takes=0.2,
        returns=lambda url: statuses[url],
        raises=lambda url: errors[number_of(url) % 4](token())
        if number_of(url) < 12
        else None,
    )
    start = clock.now()
    response = await check(client, urls)
    end = clock.now()
    is_answer(response, statuses | dict.fromkeys(urls[:12]))
    each_once(looked_up, urls)
    at_most(trace.peak(LOOK_UP), 10, LOOK_UP)
    clock.check(start, end, 2.0)
    fake(LOOK_UP, takes=0.2, returns=lambda url: statuses[url])
    is_answer(await check(client, urls[:1]), {urls[0]: statuses[urls[0]]})


async def test_the_lists_order(client, fake):
    """The answer has the list's order, also when the first URL is the slowest."""
    urls = links(12)
    statuses = random_statuses(urls)
    fake(
        LOOK_UP,
        takes=lambda url: 1.0 - number_of(url) / 20,
        returns=lambda url: statuses[url],
    )
    response = await check(client, urls)
    is_answer(response, statuses)
    same(list(response.json()), urls)
    statuses = dict(zip(urls, range(200, 212), strict=True))
    is_answer(await check(client, [urls[0], *urls]), statuses)


async def test_short_lists(client, clock, fake):
    """Three URLs of 0.2 s take 0.2 s; a list without any is {} at 0.0 s."""
    urls = links(3)
    statuses = random_statuses(urls)
    fake(LOOK_UP, takes=0.2, returns=lambda url: statuses[url])
    with clock.takes(0.2):
        response = await check(client, urls)
    is_answer(response, statuses)
    with clock.takes(0.0):
        response = await check(client, [])
    is_answer(response, {})


@LONG
async def test_each_list_has_its_ten(client, clock, fake, trace):
    """Two lists of fifty at the same moment have ten places each: both are there after 1.0 s."""
    lists = [links(50), links(50)]
    statuses = random_statuses(lists[0] + lists[1])
    looked_up = fake(LOOK_UP, takes=0.2, returns=lambda url: statuses[url])
    start = clock.now()
    responses = await asyncio.gather(*(check(client, urls) for urls in lists))
    end = clock.now()
    for response, urls in zip(responses, lists, strict=True):
        is_answer(response, {url: statuses[url] for url in urls})
    each_once(looked_up, lists[0] + lists[1])
    at_most(trace.peak(LOOK_UP), 20, LOOK_UP)
    clock.check(start, end, 1.0, one_list_at_a_time=2.0)
    numbers = iter(range(200, 600))
    looked_up = fake(LOOK_UP, takes=0.2, returns=lambda url: next(numbers))
    url = lists[0][0]
    responses = await asyncio.gather(*(check(client, [url]) for _ in range(2)))
    found = [response.json() for response in responses]
    told = [{url: call.result} for call in looked_up.calls]
    same(sorted(found, key=str), sorted(told, key=str))


@pytest.mark.points(2)
@LONG
async def test_nobody_waits_too_long_for_a_connection(client, clock, upstream):
    """With the real look_up and 1.0 s each, all hundred have a status, at 10.0 s; none timed out."""
    urls = links(100)
    for url in urls:
        upstream.answers("GET", url, latency=1.0, text=token())
    start = clock.now()
    response = await check(client, urls)
    end = clock.now()
    status(response, 200)
    without = [url for url, found in response.json().items() if found is None]
    if without:
        told = f"null for {len(without)} of them: no connection came free for them in time"
        expect(False, "value", "a status for each of the hundred URLs", told, how="value")
    is_answer(response, dict.fromkeys(urls, 200))
    clock.check(start, end, 10.0)


@LONG
async def test_the_request_is_cancelled(client, clock, fake, trace):
    """The server cancels a request after 0.3 s: it ends, and nothing more is looked up."""
    fake(LOOK_UP, takes=0.2, returns=lambda url: 200)
    start = clock.now()
    request = asyncio.create_task(check(client, links(100)))
    await clock.sleep(0.3)
    if request.done():
        status(request.result(), 200)
        at_most(trace.peak(LOOK_UP), 10, LOOK_UP)
        clock.check(start, clock.now(), 2.0)
    (handling,) = client.cancel()
    await asyncio.wait({request})
    expect(
        handling.cancelled(),
        "cancel",
        "a request that ends when it is cancelled",
        "a request that goes on",
        name=LOOK_UP,
    )
    nothing_left(trace.leaked())
    begun = len(trace.named(LOOK_UP))
    await clock.sleep(5.0)
    called(LOOK_UP, len(trace.named(LOOK_UP)), begun, expected="no call after the cancellation")
