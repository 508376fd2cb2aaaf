"""Does the dashboard load its widgets together, and survive the ones that fail."""

import asyncio
import random

import pytest
from fastapi import HTTPException

from grader.suite import expect, nothing_left, same, status, token

pytestmark = [
    pytest.mark.except_for('every_call_fails', 'a widget may fail: the dashboard says so in its place'),
]

NAMES = ["sales", "visitors", "stock", "reviews", "returns"]
UNAVAILABLE = {"error": "unavailable"}


def random_board():
    """What each widget shows, by name."""
    return {
        name: {"title": token(), "figure": random.randint(100, 999)}
        for name in NAMES
    }


def failing(*names):
    """A fake's `raises`: the widgets of these names fail."""
    return lambda name: RuntimeError(f"no data: {token()}") if name in names else None


@pytest.mark.points(2)
async def test_the_widgets_load_together(client, clock, fake):
    """Five widgets of 0.3 s load at the same time: 0.3 s, not 1.5 s."""
    board = random_board()
    load = fake("load_widget", takes=0.3, returns=lambda name: board[name])
    with clock.takes(0.3, one_by_one=1.5):
        response = await client.get("/dashboard")
    status(response, 200)
    load.was_called(5)


async def test_the_slowest_widget_decides(client, clock, fake):
    """When the widgets take 0.1, 0.2, 0.3, 0.4 and 0.7 s, the dashboard takes 0.7 s, not 1.7 s."""
    board = random_board()
    durations = dict(zip(random.sample(NAMES, 5), (0.1, 0.2, 0.3, 0.4, 0.7), strict=True))
    load = fake("load_widget", takes=lambda name: durations[name], returns=lambda name: board[name])
    with clock.takes(0.7, one_by_one=1.7):
        response = await client.get("/dashboard")
    status(response, 200)
    load.was_called(5)


async def test_every_widget_is_under_its_name(client, fake):
    """The response holds each widget's data under its name, also when the first one ends last."""
    board = random_board()
    durations = dict(zip(NAMES, (0.5, 0.4, 0.3, 0.2, 0.1), strict=True))
    load = fake("load_widget", takes=lambda name: durations[name], returns=lambda name: board[name])
    empty, counted = random.sample(NAMES, 2)
    board[empty], board[counted]["error"] = {}, 0
    response = await client.get("/dashboard")
    status(response, 200)
    load.was_called(5)
    same(response.json(), board)


@pytest.mark.points(2)
async def test_one_failure_leaves_the_others(client, clock, fake):
    """When one widget fails, it alone is {"error": "unavailable"}; still a 200 after 0.3 s."""
    board = random_board()
    broken = random.choice(NAMES)
    durations = dict(zip(NAMES, (0.29, 0.28, 0.27, 0.26, 0.25), strict=True)) | {broken: 0.3}
    load = fake(
        "load_widget",
        takes=lambda name: durations[name],
        returns=lambda name: board[name],
        raises=failing(broken),
    )
    start = clock.now()
    response = await client.get("/dashboard")
    end = clock.now()
    status(response, 200)
    clock.check(start, end, 0.3, one_by_one=1.4)
    load.was_called(5)
    same(response.json(), board | {broken: UNAVAILABLE})


async def test_an_early_failure_does_not_cut_short(client, clock, fake, trace):
    """Two widgets fail after 0.1 s, three take 0.4 s: those three are there, after 0.4 s."""
    board = random_board()
    broken = random.sample(NAMES[1:], 2)
    fake(
        "load_widget",
        takes=lambda name: 0.1 if name in broken else 0.4,
        returns=lambda name: board[name],
        raises=failing(*broken),
    )
    start = clock.now()
    response = await client.get("/dashboard")
    end = clock.now()
    status(response, 200)
    clock.check(start, end, 0.4, one_by_one=1.4)
    same(response.json(), board | dict.fromkeys(broken, UNAVAILABLE))
    nothing_left(trace.leaked())


async def test_all_may_fail(client, fake):
    """When all five fail, the response is a 200 with five times {"error": "unavailable"}."""
    text = token()
    errors = (RuntimeError(text), TimeoutError(text), KeyError(text), HTTPException(418, text))
    kinds = dict(zip(NAMES, (*errors, ConnectionError(text)), strict=True))
    load = fake("load_widget", takes=0.3, raises=kinds.get)
    response = await client.get("/dashboard")
    status(response, 200)
    load.was_called(5)
    same(response.json(), dict.fromkeys(NAMES, UNAVAILABLE))
    for name, value in response.headers.items():
        wanted = "no text of an exception"
        expect(text not in value, "value", wanted, value, path=f"headers[{name!r}]")


async def test_ten_visitors_at_once(client, clock, fake):
    """Ten dashboards that are opened together are all there after 0.3 s."""
    board = random_board()
    load = fake("load_widget", takes=0.3, returns=lambda name: board[name])
    with clock.takes(0.3, one_by_one=1.5, one_visitor_at_a_time=3.0):
        responses = await asyncio.gather(*(client.get("/dashboard") for _ in range(10)))
    for response in responses:
        status(response, 200)
    if not 5 <= len(load.calls) <= 50:  # visitors of one moment may share a load
        load.was_called(50)


async def test_a_cancelled_request_ends(client, clock, fake, trace):
    """A request that the server cancels after 0.1 s ends; it is no failure to put a label on."""
    board = random_board()
    fake("load_widget", takes=0.3, returns=lambda name: board[name])
    start = clock.now()
    request = asyncio.create_task(client.get("/dashboard"))
    await clock.sleep(0.1)
    if request.done():
        status(request.result(), 200)
        clock.check(start, clock.now(), 0.3)  # too early to be cancelled
    (handling,) = client.cancel()
    await asyncio.wait({request})
    records = trace.named("load_widget")
    expect(bool(records), "not_called", "widgets that load", "none", name="load_widget", ran=0)
    expect(
        handling.cancelled(),
        "cancel",
        "a request that ends when it is cancelled",
        "a request that goes on",
        name="load_widget",
        line=records[0].line if records else None,
    )
