"""Is the upstream's answer passed on, are its failures, and is everyone served meanwhile."""

import asyncio
import random

import httpx
import pytest

from grader.suite import counted, expect, nothing_left, reply, same, status, token

pytestmark = [
    pytest.mark.except_for('started_again', 'a client that lives as long as the app comes in lesson 13'),
]

URL = "https://api.example.com/data"


def weather():
    """A fresh JSON object, of several types and levels."""
    return {
        "station": f"Köln {token()}",
        "degrees": round(random.uniform(-20, 40), 1),
        "open": random.choice([True, False]),
        "next": [{"hour": hour, "rain": random.randint(0, 100)} for hour in (1, 2)],
        "warning": None,
    }


async def test_the_data_is_passed_on(client, upstream):
    """The response is a 200 with exactly the JSON that api.example.com sent."""
    for kind in ("application/json", "application/json; charset=utf-8"):
        data = weather()
        upstream.answers("GET", URL, latency=0.3, json=data, headers={"content-type": kind})
        response = await client.get("/fetch-data")
        status(response, 200)
        same(response.json(), data)


async def test_it_takes_as_long_as_the_upstream(client, clock, upstream):
    """An upstream of 0.3 s makes a response at 0.3 s, one of 0.8 s a response at 0.8 s."""
    for latency in (0.3, 0.8):
        data = weather()
        upstream.answers("GET", URL, latency=latency, json=data)
        with clock.takes(latency):
            response = await client.get("/fetch-data")
        status(response, 200)
        same(response.json(), data)


@pytest.mark.points(2)
async def test_fifty_at_once(client, clock, upstream):
    """Fifty visitors at the same moment all have their data after 0.3 s, not after 15 s."""
    sent = []

    def respond(request):
        data = weather()
        if counted():
            sent.append(data)
        return reply(latency=0.3, json=data)

    upstream.route(method="GET", url=URL).mock(side_effect=respond)
    with clock.takes(0.3, in_a_pool_of_40_threads=0.6, one_visitor_at_a_time=15.0):
        responses = await asyncio.gather(*(client.get("/fetch-data") for _ in range(50)))
    for response in responses:
        status(response, 200)
    upstream.was_called("GET", URL, times=50)
    received = sorted((response.json() for response in responses), key=str)
    same(received, sorted(sent, key=str))


async def test_each_request_asks_once(client, upstream):
    """Three visitors one after another: three upstream calls, and each has the newest data."""
    for calls, data in enumerate((weather(), {}, weather()), 1):
        upstream.answers("GET", URL, latency=0.3, json=data)
        response = await client.get("/fetch-data")
        status(response, 200)
        upstream.was_called("GET", URL, times=calls)
        same(response.json(), data)


async def test_an_error_status_is_a_502(client, upstream):
    """When the upstream answers 404, 429, 500 or 503, the response is a 502, after one call."""
    for calls, failure in enumerate((404, 429, 500, 503), 1):
        upstream.answers("GET", URL, latency=0.3, status=failure, json={"error": token()})
        response = await client.get("/fetch-data")
        status(response, 502)
        upstream.was_called("GET", URL, times=calls)


def was_asked(upstream, times):
    """The upstream was asked that often at least: a 502 is no answer by itself."""
    ran = len(upstream.calls)
    expect(ran >= times, "not_called", f"{times} calls of GET {URL}", f"{ran}", name=f"GET {URL}")


async def test_bad_json_is_a_502(client, upstream):
    """When the upstream says 200 and its body is no JSON, the response is a 502."""
    bodies = ("<h1>We will be back soon</h1>", '{"station": "Bremen", "degr', "")
    for calls, body in enumerate(bodies, 1):
        upstream.answers("GET", URL, latency=0.3, text=body)
        response = await client.get("/fetch-data")
        status(response, 502)
        upstream.was_called("GET", URL, times=calls)


async def test_a_broken_connection_is_a_502(client, upstream):
    """When the connection is refused, or breaks, the response is a 502."""
    errors = (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError)
    for calls, error in enumerate(errors, 1):
        upstream.fails("GET", URL, latency=0.1, error=error)
        response = await client.get("/fetch-data")
        status(response, 502)
        was_asked(upstream, calls)


async def test_every_client_is_closed(client, upstream):
    """After a success, an error status and a broken connection, no httpx client is left open."""
    upstream.answers("GET", URL, latency=0.3, json=weather())
    status(await client.get("/fetch-data"), 200)
    upstream.was_called("GET", URL, times=1)
    upstream.answers("GET", URL, latency=0.3, status=500, json={"error": token()})
    await client.get("/fetch-data")
    upstream.fails("GET", URL, latency=0.1)
    await client.get("/fetch-data")
    await client.stop()
    nothing_left(upstream.open_clients, "every httpx client closed")
