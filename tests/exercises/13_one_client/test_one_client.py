"""Is there one client for all requests, open while the app runs and closed when it stops."""

import asyncio
import random
import string

import pytest

from grader.suite import called, count, counted, nothing_left, reply, same, status, token

RATES = "https://rates.example.com/rates"
PRICES = "https://shipping.example.com/prices"


def codes(number):
    """Random currency codes or country codes, all different."""
    found = set()
    while len(found) < number:
        found.add("".join(random.choices(string.ascii_uppercase, k=4)))
    return sorted(found)


def answers(upstream, latency=0.1):
    """Both services answer everything; returns what they have sent, by address."""
    sent = {}

    def respond(request):
        data = {"figure": random.randint(1, 9_999), "stamp": token()}
        if counted():
            sent[str(request.url)] = data
        return reply(latency=latency, json=data)

    for url in (RATES, PRICES):
        upstream.route(method="GET", url__startswith=f"{url}/").mock(side_effect=respond)
    return sent


def clients_made(upstream, expected):
    """The answer has made exactly that many clients so far."""
    made = len(upstream.clients)
    called(
        "httpx.AsyncClient",
        made,
        expected,
        expected=count(expected, "httpx client"),
        actual=count(made, "httpx client"),
        line=upstream.clients[-1][1] if made else None,
    )


def nothing_open(upstream):
    """Every client that the answer made is closed."""
    nothing_left(upstream.open_clients, "no client that is still open")


@pytest.mark.points(2)
async def test_one_client_for_fifty_requests(client, upstream):
    """Fifty requests, to both pages, are served by one client."""
    answers(upstream)
    for _ in range(2):
        pages = [f"/rates/{code}" for code in codes(13)]
        pages += [f"/shipping/{code}" for code in codes(12)]
        for response in await asyncio.gather(*map(client.get, pages)):
            status(response, 200)
    clients_made(upstream, 1)


async def test_each_page_shows_its_own_answer(client, upstream):
    """Each page shows the JSON that its service sent for it, after one call."""
    sent = answers(upstream)
    for page, url in (("/rates", RATES), ("/shipping", PRICES)):
        for code in codes(3):
            response = await client.get(f"{page}/{code}")
            status(response, 200)
            upstream.was_called("GET", f"{url}/{code}", times=1)
            same(response.json(), sent[f"{url}/{code}"])


async def test_twenty_at_once(client, clock, upstream):
    """Twenty requests that come in together are all answered after 2.0 s, not after 40 s."""
    answers(upstream, latency=2.0)
    pages = [f"/rates/{code}" for code in codes(20)]
    with clock.takes(2.0, one_by_one=40.0):
        responses = await asyncio.gather(*map(client.get, pages))
    for response in responses:
        status(response, 200)


@pytest.mark.points(2)
async def test_closed_when_the_app_stops(client, upstream):
    """When the app has stopped, no client is open."""
    answers(upstream)
    pages = ("/rates/EUR", "/rates/USD", "/shipping/NL")
    for response in await asyncio.gather(*map(client.get, pages)):
        status(response, 200)
    upstream.was_called("GET", f"{RATES}/EUR", times=1)
    await client.stop()
    nothing_open(upstream)


async def test_the_next_requests_share_it(client, clock, upstream):
    """The client of the first request serves the next ones too."""
    answers(upstream)
    status(await client.get("/rates/EUR"), 200)
    made = len(upstream.clients)
    for page in ("/rates/EUR", "/shipping/NL"):
        await clock.sleep(1.0)
        status(await client.get(page), 200)
    upstream.was_called("GET", f"{RATES}/EUR", times=2)
    clients_made(upstream, made)


async def test_a_failure_harms_no_other_request(client, upstream):
    """After a failed call (a 502), the client still serves others, and is closed in the end."""
    upstream.fails("GET", f"{RATES}/XAU", latency=0.1)
    upstream.answers("GET", f"{RATES}/XAG", latency=0.1, status=500)
    answers(upstream)
    for code in ("XAU", "XAG"):
        status(await client.get(f"/rates/{code}"), 502)
        status(await client.get(f"/rates/{code}2"), 200)
        status(await client.get(f"/shipping/{code}"), 200)
    upstream.was_called("GET", f"{RATES}/XAG", times=1)
    await client.stop()
    nothing_open(upstream)


@pytest.mark.needs("test_twenty_at_once")
async def test_an_app_that_nobody_visits(client, upstream):
    """An app that starts and stops without a request stops cleanly; no client is open."""
    answers(upstream)
    await client.stop()
    nothing_open(upstream)
