"""Is an offer there within its budget, and does all that was begun for it end with it."""

import asyncio
import itertools
import json
import random

import pytest

from grader.suite import ended, expect, same, status

pytestmark = pytest.mark.except_for(
    "stretched", "the budget of 2.0 s does not stretch with the services"
)

MAPS = "maps.example.com/routes"
TARIFFS = "tariffs.example.com/prices"


class Services:
    """The map and the tariffs: a random offer, and how long each of them takes."""

    def __init__(self, upstream, route=0.1, price=0.1, postcode=None, offer=None):
        self.postcode = f"nl{random.randint(10_000, 99_999)}" if postcode is None else postcode
        self.km, self.cents = offer or random.sample(range(1_000, 99_999), 2)
        self.first = f"{MAPS}/{self.postcode}"
        self.second = f"{TARIFFS}/{self.km}"
        self._come(upstream, self.first, {"km": self.km, "from": "depot 4"}, route)
        self._come(upstream, self.second, {"cents": self.cents, "vat": 21}, price)

    def _come(self, upstream, url, answer, takes):
        """`takes` are seconds, or those between the pieces of the answer."""
        if isinstance(takes, float):
            upstream.answers("GET", f"https://{url}", latency=takes, json=answer)
            return
        text = json.dumps(answer).encode()
        cuts = [len(text) * n // len(takes) for n in range(len(takes) + 1)]
        pieces = [text[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
        upstream.streams("GET", f"https://{url}", list(zip(takes, pieces, strict=True)))

    async def ask(self, client):
        return await client.get(f"/offers/{self.postcode}")

    def is_offer(self, response):
        """The response is the offer, complete."""
        status(response, 200)
        same(response.json(), {"km": self.km, "cents": self.cents})


async def test_an_offer_in_time(client, clock, upstream):
    """A map of 0.5 s and a tariff of 0.7 s are an offer at 1.2 s, with one call of each."""
    services = Services(upstream, route=0.5, price=0.7)
    start = clock.now()
    response = await services.ask(client)
    services.is_offer(response)
    clock.check(start, clock.now(), 1.2)
    upstream.was_called("GET", f"https://{services.first}", times=1)
    upstream.was_called("GET", f"https://{services.second}", times=1)
    for offer in ((0, services.cents), (services.km + 1, 0)):  # 0 is a figure like any other
        services = Services(upstream, offer=offer)
        services.is_offer(await services.ask(client))


async def test_just_in_time(client, clock, upstream):
    """0.2 and 1.7 s, or 1.7 and 0.2 s: either is an offer at 1.9 s."""
    for route, price in ((0.2, 1.7), (1.7, 0.2)):
        services = Services(upstream, route, price)
        start = clock.now()
        response = await services.ask(client)
        services.is_offer(response)
        clock.check(start, clock.now(), 1.9)


@pytest.mark.points(2)
async def test_too_slow_is_a_504(client, clock, upstream):
    """1.4 and 1.4 s, 1.2 and 5.0 s, or 5.0 and 0.1 s: each is a 504 at 2.0 s."""
    for route, price in ((1.4, 1.4), (1.2, 5.0), (5.0, 0.1)):
        services = Services(upstream, route, price)
        with clock.takes(2.0, is_limit=True):
            response = await services.ask(client)
        status(response, 504)


@pytest.mark.points(2)
async def test_an_answer_that_drips(client, clock, upstream):
    """An answer comes in five pieces, one every 0.9 s: whoever sends it, that is a 504 at 2.0 s."""
    for route, price in ((0.2, [0.9] * 5), ([0.9] * 5, 0.2)):
        services = Services(upstream, route, price)
        with clock.takes(2.0, is_limit=True):
            response = await services.ask(client)
        status(response, 504)


async def test_an_answer_in_pieces(client, clock, upstream):
    """Five pieces, one every 0.3 s, after a map of 0.2 s: an offer at 1.7 s."""
    services = Services(upstream, 0.2, [0.3] * 5)
    with clock.takes(1.7):
        response = await services.ask(client)
    services.is_offer(response)


@pytest.mark.points(2)
@pytest.mark.needs("test_too_slow_is_a_504")
async def test_nothing_goes_on(client, clock, trace, upstream):
    """After a 504 nobody goes on: the call under way is cancelled, and no other begins."""
    one, another = random.sample(range(10_000, 99_999), 2)
    slow_price = Services(upstream, route=1.2, price=5.0, postcode=one)
    slow_route = Services(upstream, route=5.0, price=0.1, postcode=another)
    for services in (slow_price, slow_route):
        status(await services.ask(client), 504)
        await clock.sleep(6.0)
    for url in (slow_price.second, slow_route.first):
        for call in trace.named(f"GET {url}"):
            if call.outcome != "failed":  # so it is where httpx has given up
                ended(call, "cancelled")
    upstream.was_called("GET", f"https://{slow_route.second}", times=0)


@pytest.mark.except_for("odd_values", "a connection that times out may be a 504, too")
async def test_a_service_that_fails(client, clock, upstream):
    """A connection that is refused, or a status 404 or 503, after 0.3 s: a 502 at 0.3 s."""
    for code, asked in itertools.product((0, 404, 503), (1, 2)):
        services = Services(upstream, route=0.0)
        url = f"https://{services.first if asked == 1 else services.second}"
        if code:
            upstream.answers("GET", url, latency=0.3, status=code, json={})
        else:
            upstream.fails("GET", url, latency=0.3)
        start = clock.now()
        response = await services.ask(client)
        end = clock.now()
        status(response, 502)
        clock.check(start, end, 0.3)
        upstream.was_called("GET", f"https://{services.second}", times=asked - 1)


async def test_each_request_has_its_own_budget(client, clock, upstream):
    """Twenty slow ones come at 0.0 s and one of 1.8 s at 1.5 s: 504 at 2.0 s, an offer at 3.3 s."""
    start = clock.now()
    slow = [Services(upstream, route=1.5, price=1.5) for _ in range(20)]
    asked = [asyncio.create_task(services.ask(client)) for services in slow]
    await clock.sleep(1.5)
    late = Services(upstream, route=0.9, price=0.9)
    asked_late = asyncio.create_task(late.ask(client))
    responses = await asyncio.gather(*asked)
    clock.check(start, clock.now(), 2.0, "The last of twenty was answered", is_limit=True)
    for response in responses:
        status(response, 504)
    late.is_offer(await asked_late)
    clock.check(start, clock.now(), 3.3, "The offer was there")


async def test_the_request_is_cancelled(client, clock, trace, upstream):
    """The server cancels a request after 0.5 s: it ends, and so does its call."""
    for route, price in ((5.0, 0.1), (0.2, 5.0)):
        services = Services(upstream, route, price)
        called = services.first if route > price else services.second
        asked = asyncio.create_task(services.ask(client))
        await clock.sleep(0.5)
        (handling,) = client.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        expect(
            handling.cancelled(),
            "cancel",
            "a request that ends when it is cancelled",
            "a request that goes on",
            name=f"GET {called}",
        )
        await clock.sleep(0.1)
        for call in trace.named(f"GET {called}"):
            ended(call, "cancelled")


@pytest.mark.needs("test_too_slow_is_a_504")
async def test_nothing_is_left(client, upstream, tidy):
    """After offers in time, too late and without a service, nothing is left when the app stops."""
    for route, price in ((0.1, 0.1), (0.1, 5.0), (5.0, 0.1), ([0.9] * 5, 0.1)):
        await Services(upstream, route, price).ask(client)
    lost = Services(upstream)
    upstream.fails("GET", f"https://{lost.first}", latency=0.1)
    await lost.ask(client)
    await tidy()
