"""Is what may help tried again, at the right moments, with one key, and is the rest left alone."""

import asyncio
import json
import random
from itertools import pairwise

import httpx
import pytest

from grader.suite import called, count, expect, reply, same, status, token

URL = "https://courier.example.com/pickups"
POST = "POST courier.example.com/pickups"

pytestmark = [
    pytest.mark.except_for("after_failures", "trying again is what the task is about"),
    pytest.mark.except_for("every_call_fails", "its own tests say what a failure leads to"),
    pytest.mark.except_for("in_a_crowd", "each test plays one courier to one order"),
    pytest.mark.except_for("odd_values", "the task names the statuses that are tried again"),
    pytest.mark.except_for("someone_leaves", "each test plays one courier to one order"),
    pytest.mark.except_for("stretched", "the pauses are the task's, however long an attempt takes"),
]


class Courier:
    """Answers attempt after attempt: a status, `(status, headers)` or a class of exceptions.

    What comes after the last one is the last one again. `attempts` are the requests so far.
    """

    def __init__(self, upstream, script, latency):
        self.script = script
        self.latency = latency
        self.attempts = []
        self.booked = {"pickup": token()}
        upstream.route(method="POST", url=URL).mock(side_effect=self.respond)

    def respond(self, request):
        said = self.script[min(len(self.attempts), len(self.script) - 1)]
        self.attempts.append(request)
        if isinstance(said, type):
            broken = reply(latency=self.latency)
            broken.extensions["awaitlings.error"] = said
            return broken
        code, headers = said if isinstance(said, tuple) else (said, {})
        body = self.booked if code < 400 else {"error": token()}
        return reply(code, latency=self.latency, headers=headers, json=body)


@pytest.fixture
def courier(fake, upstream):
    """Plays a courier; without `jitter` each pause has none."""

    def play(*script, latency=0.0, jitter=0.0):
        fake("jitter", returns=jitter)
        return Courier(upstream, script, latency)

    return play


def random_order():
    return {"id": random.randint(10_000, 99_999), "parcels": random.randint(1, 9)}


def paused(clock, attempts, *pauses):
    """So many seconds lie between the end of an attempt and the next one, and there is no other."""
    between = zip(pairwise(attempts), pauses, strict=False)
    for number, ((before, after), pause) in enumerate(between, 1):
        what = f"Attempt {number} had ended, and the next one began"
        clock.check(before.end, after.start, pause, what)
    called(POST, len(attempts), len(pauses) + 1, expected=count(len(pauses) + 1, "attempt"))


@pytest.mark.points(2)
async def test_pauses_that_grow(client, clock, courier, trace):
    """Three times 503, then 201: attempts at 0.0, 0.1, 0.3 and 0.7 s, and the courier's answer."""
    played = courier(503, 503, 503, 201)
    response = await client.post("/orders", json=random_order())
    paused(clock, trace.named(POST), 0.1, 0.2, 0.4)
    status(response, 200)
    same(response.json(), played.booked)


async def test_what_may_be_gone_in_a_moment(client, clock, courier, trace):
    """After 429, 502, 503 or 504 there is a second attempt at 0.1 s."""
    for number, code in enumerate(random.sample((429, 502, 503, 504), 4)):
        courier(code, 201)
        response = await client.post("/orders", json=random_order())
        status(response, 200)
        paused(clock, trace.named(POST)[2 * number :], 0.1)


async def test_connections_that_break(client, clock, courier, trace):
    """A connection that breaks after 0.2 s, however it does, is followed by an attempt at 0.3 s."""
    errors = (httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.WriteError)
    for number, error in enumerate(random.sample(errors, 4)):
        played = courier(error, 201, latency=0.2)
        response = await client.post("/orders", json=random_order())
        status(response, 200)
        same(response.json(), played.booked)
        paused(clock, trace.named(POST)[2 * number :], 0.1)


@pytest.mark.inside("it calls the answer's own book with an Order")
async def test_four_attempts_and_no_more(answer, client, clock, courier, trace):
    """When all fail, the response is a 502 after four attempts, at 0.7 s: no pause after the last."""
    for number, said in enumerate((504, httpx.ReadError)):
        courier(*[said] * 9, 201)
        response = await client.post("/orders", json=random_order())
        end = clock.now()
        attempts = trace.named(POST)[4 * number :]
        paused(clock, attempts, 0.1, 0.2, 0.4)
        status(response, 502)
        clock.check(attempts[-1].end, end, 0.0, "Attempt 4 had ended, and the response was there")
    courier(httpx.ConnectError, 503, 503, httpx.ReadError)
    booking = answer.book(answer.app.state.client, answer.Order(**random_order()))
    (last,) = await asyncio.gather(booking, return_exceptions=True)
    told = type(last).__name__
    is_last = isinstance(last, httpx.ReadError)
    expect(is_last, "value", "the ReadError of the last attempt", f"a {told}", how="value")


async def test_what_does_not_help(client, clock, courier):
    """400, 401, 404, 422 and 500 are final: one attempt, and the response is a 502 at 0.0 s."""
    for code in random.sample((400, 401, 404, 422, 500), 5):
        played = courier(code, 201)
        start = clock.now()
        response = await client.post("/orders", json=random_order())
        end = clock.now()
        called(POST, len(played.attempts), 1)
        status(response, 502)
        clock.check(start, end, 0.0, "The response was there")


async def test_the_courier_says_when(client, clock, courier, trace):
    """After `Retry-After: 2` in the second response the pause is 2.0 s, not 0.2 s; then 0.4 s."""
    courier(503, (429, {"Retry-After": "2"}), 503, 201)
    response = await client.post("/orders", json=random_order())
    paused(clock, trace.named(POST), 0.1, 2.0, 0.4)
    status(response, 200)
    courier((503, {"Retry-After": "2"}), 201, jitter=0.5)
    response = await client.post("/orders", json=random_order())
    paused(clock, trace.named(POST)[4:], 2.5)
    status(response, 200)
    courier((503, {"Retry-After": "2"}), httpx.ConnectError, (503, {"Retry-After": "0"}), 201)
    response = await client.post("/orders", json=random_order())
    paused(clock, trace.named(POST)[6:], 2.0, 0.2, 0.0)
    status(response, 200)


async def test_the_courier_names_a_date(client, clock, courier, trace):
    """A Retry-After that is no number of seconds counts as none: the second attempt is at 0.1 s."""
    courier((503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), 201)
    response = await client.post("/orders", json=random_order())
    status(response, 200)
    paused(clock, trace.named(POST), 0.1)


async def test_each_pause_has_its_jitter(client, clock, courier, trace):
    """Jitters of 0.05, 0.02 and 0.08 s: attempts at 0.0, 0.15, 0.37 and 0.85 s."""
    late = [0.08, 0.02, 0.05]
    courier(502, 503, 504, 201, jitter=lambda: late.pop() if late else 0.0)
    response = await client.post("/orders", json=random_order())
    drawn = len(trace.named("jitter"))
    # Four attempts with fewer jitters cannot have paused as they should.
    if drawn < 3 and len(trace.named(POST)) == 4:
        called("jitter", drawn, 3, expected="a jitter of its own for each of 3 pauses")
    paused(clock, trace.named(POST), 0.15, 0.22, 0.48)
    status(response, 200)


@pytest.mark.points(2)
async def test_one_key_for_all_attempts(client, courier, trace):
    """All attempts of an order have one Idempotency-Key, and no two orders have the same."""
    order = random_order()
    keys = []
    for _ in range(2):  # ordered twice, and meant twice
        played = courier(503, httpx.ReadTimeout, 502, 201)
        status(await client.post("/orders", json=order), 200)
        called(POST, len(played.attempts), 4)
        sent = [attempt.headers.get("Idempotency-Key", "") for attempt in played.attempts]
        told = f"{len(set(sent))} keys in {len(sent)} attempts" if all(sent) else "no key at all"
        is_one = len(set(sent)) == 1 and all(sent)
        line = trace.named(POST)[-1].line
        of_key = {
            "how": "value",
            "line": line,
            "cause": f"Line {line} sends each attempt: by its key the courier knows that it is "
            "the same order once more.",
            "step": "Make one key for the order, before its first attempt, and send it as a "
            "header of each.",
        }
        expect(is_one, "value", "one key in all attempts of an order", told, **of_key)
        keys.append(sent[0])
    told = "the same key for two orders"
    of_key["cause"] = (
        f"Line {line} sends it. Each order is meant, also the same once more; by the key the "
        "courier takes it for one more attempt of the first."
    )
    of_key["step"] = "Make a new key where the attempts of an order begin, of nothing in the order."
    expect(keys[0] != keys[1], "value", "a key of its own for each order", told, **of_key)
    played = courier(201)
    await asyncio.gather(*(client.post("/orders", json=order) for _ in range(20)))
    called(POST, len(played.attempts), 20)
    ran = len({attempt.headers.get("Idempotency-Key", "") for attempt in played.attempts})
    told = f"{count(ran, 'key')} for 20 orders of one moment"
    expect(ran == 20, "value", "a key of its own for each order", told, **of_key)


async def test_every_attempt_has_the_order(client, courier):
    """Each attempt sends the order, as it came in, as JSON."""
    order = random_order()
    played = courier(503, httpx.ConnectError, 502, 201)
    status(await client.post("/orders", json=order), 200)
    called(POST, len(played.attempts), 4)
    for attempt in played.attempts:
        same(json.loads(attempt.content), order)


async def test_twenty_orders_at_once(client, clock, courier):
    """Twenty orders fail and come back side by side: all have their answer at 0.7 s."""
    courier(*[503] * 60, 201)
    start = clock.now()
    responses = await asyncio.gather(
        *(client.post("/orders", json=random_order()) for _ in range(20))
    )
    end = clock.now()
    for response in responses:
        status(response, 200)
    clock.check(start, end, 0.7, "The last response was there", one_by_one=14.0)


@pytest.mark.needs("test_twenty_orders_at_once")
@pytest.mark.inside("it calls the answer's own book with an Order")
async def test_who_leaves_is_not_tried_for(answer, client, clock, courier):
    """Cancelled 0.1 s after its begin, in an attempt or in a pause, it ends, and no attempt follows."""
    for latency, attempts in ((0.2, 1), (0.05, 1)):
        played = courier(503, latency=latency)
        order = answer.Order(**random_order())
        booking = asyncio.create_task(answer.book(answer.app.state.client, order))
        await clock.sleep(0.1)
        booking.cancel()
        await clock.sleep(2.0)
        if booking.done() and not booking.cancelled() and booking.exception() is not None:
            raise booking.exception()
        expect(
            booking.cancelled(),
            "cancel",
            "a booking that ends when it is cancelled",
            "a booking that goes on",
            name=POST,
        )
        called(POST, len(played.attempts), attempts)


async def test_after_many_refusals(client, clock, courier):
    """Seventy orders at once are refused after 0.2 s, each at 0.2 s, and the next one is booked."""
    played = courier(*[404] * 70, 201, latency=0.2)
    with clock.takes(0.2, one_at_a_time=14.0):
        refused = await asyncio.gather(
            *(client.post("/orders", json=random_order()) for _ in range(70))
        )
    for response in refused:
        status(response, 502)
    booked = await client.post("/orders", json=random_order())
    status(booked, 200)
    same(booked.json(), played.booked)
