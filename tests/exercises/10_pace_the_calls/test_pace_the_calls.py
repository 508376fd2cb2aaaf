"""Does the answer keep to the partner's limit, and does nobody wait longer for it than needed."""

import asyncio
import random

import pytest

from grader.suite import at_most_in, expect, same, token

pytestmark = [
    pytest.mark.except_for("stretched", "the partner's second is a second, however slow its answers are"),
    pytest.mark.except_for("every_call_fails", "its own test lets calls fail"),
]


def addresses(count):
    return [f"{random.randint(1, 99)} {token()} Road" for _ in range(count)]


def begin(answer, stops):
    return [asyncio.create_task(answer.paced(stop)) for stop in stops]


def all_began(located, stops):
    """The partner was asked once for each of them."""
    located.was_called(len(stops))
    same(sorted(call.arguments["address"] for call in located.calls), sorted(stops))


def met(task):
    """What the caller of a call that failed met instead of its failure."""
    if task.cancelled():
        return "a cancellation"
    error = task.exception()
    return "a result" if error is None else f"another exception, {type(error).__name__},"


def has_result(tasks, results):
    """Each of them has ended well, with its own result."""
    for task, result in zip(tasks, results, strict=True):
        error = None if task.cancelled() else task.exception()
        if error is not None:
            raise error
        expect(
            not task.cancelled(),
            "value",
            "a result for everybody who stayed",
            "a caller who was cancelled with another one",
        )
        same(task.result(), result)


def has_left(tasks):
    """Each of them has ended as its caller gave up."""
    for task in tasks:
        expect(
            task.cancelled(),
            "cancel",
            "a call that ends when its caller gives up",
            "a call that goes on",
            name="locate",
        )


@pytest.mark.points(2)
async def test_never_more_than_five_in_a_second(answer, fake, trace):
    """Of twenty calls that come at once, at most five begin within any second."""
    stops = addresses(20)
    located = fake("locate", takes=0.3)
    await asyncio.gather(*begin(answer, stops))
    all_began(located, stops)
    at_most_in(1.0, 5, trace.named("locate"))


@pytest.mark.points(2)
async def test_nobody_waits_longer_than_needed(answer, clock, fake):
    """Those twenty, of 0.3 s each, have all ended after 4.1 s at most."""
    stops = addresses(20)
    located = fake("locate", takes=0.3)
    start = clock.now()
    await asyncio.gather(*begin(answer, stops))
    all_began(located, stops)
    clock.check_at_most(start, clock.now(), 4.1, "The last of the twenty calls had ended")


async def test_others_are_served_meanwhile(answer, clock, fake):
    """While the twenty wait for their turn, somebody else's wait of 0.1 s takes 0.1 s."""
    stops = addresses(20)
    located = fake("locate", takes=0.3)
    tasks = begin(answer, stops)
    start = clock.now()
    await clock.sleep(0.1)
    end = clock.now()
    await asyncio.gather(*tasks)
    all_began(located, stops)
    clock.check(start, end, 0.1, "Somebody else's wait had ended")


async def test_the_first_one_begins_at_once(answer, clock, fake):
    """A single call takes 0.3 s, and after ten seconds without any, the next takes 0.3 s too."""
    (stop,) = addresses(1)
    located = fake("locate", takes=0.3)
    for calls in (1, 2, 3):
        start = clock.now()
        await answer.paced(stop)
        end = clock.now()
        located.was_called(calls)
        clock.check(start, end, 0.3, "The call had ended")
        await clock.sleep(10.0)


async def test_quiet_seconds_are_not_saved_up(answer, clock, fake, trace):
    """After ten quiet seconds twenty come at once: at most five begin within any second."""
    stops = addresses(21)
    located = fake("locate", takes=0.3)
    await answer.paced(stops[0])
    await clock.sleep(10.0)
    await asyncio.gather(*begin(answer, stops[1:]))
    all_began(located, stops)
    at_most_in(1.0, 5, trace.named("locate"))


async def test_calls_that_come_one_by_one(answer, clock, fake, trace):
    """Thirty come 0.1 s apart: at most five begin within any second, all have ended by 6.1 s."""
    stops = addresses(30)
    located = fake("locate", takes=0.3)
    start = clock.now()
    tasks = []
    for stop in stops:
        tasks += begin(answer, [stop])
        await clock.sleep(0.1)
    await asyncio.gather(*tasks)
    all_began(located, stops)
    at_most_in(1.0, 5, trace.named("locate"))
    clock.check_at_most(start, clock.now(), 6.1, "The last of the thirty calls had ended")


async def test_each_has_its_own_result(answer, fake):
    """Each caller gets what the partner said of its address, also when an address comes twice."""
    stops = addresses(7)
    stops += stops[:2]
    fresh = {stop: [] for stop in stops}

    def found(address):
        fresh[address].append({"address": address, "metres": random.randint(0, 9_000), "at": token()})
        return fresh[address][-1]

    located = fake("locate", takes=0.3, returns=found)
    results = await asyncio.gather(*begin(answer, stops))
    all_began(located, stops)
    same(sorted(results, key=str), sorted((one for all in fresh.values() for one in all), key=str))
    same([result["address"] for result in results], stops)


@pytest.mark.needs("test_others_are_served_meanwhile")
async def test_waiters_who_give_up(answer, clock, fake, trace):
    """Of ten, four give up at 0.05 s, while they wait: the other six are done by 2.1 s."""
    stops = addresses(10)
    located = fake("locate", takes=0.3, returns=lambda address: {"of": address})
    start = clock.now()
    tasks = begin(answer, stops)
    await clock.sleep(0.05)
    gone = tasks[5:9]
    for task in gone:
        task.cancel()
    await asyncio.wait(tasks)
    stayed = [*range(5), 9]
    has_result([tasks[n] for n in stayed], [{"of": stops[n]} for n in stayed])
    has_left(gone)
    all_began(located, [stops[n] for n in stayed])
    at_most_in(1.0, 5, trace.named("locate"))
    clock.check_at_most(start, clock.now(), 2.1, "The last of the six calls had ended")


async def test_a_call_that_is_given_up_counts(answer, clock, fake, trace):
    """Ten come; at 0.1 s the first five give up. What has begun counts; all is done by 2.1 s."""
    stops = addresses(10)
    fake("locate", takes=0.3, returns=lambda address: {"of": address})
    start = clock.now()
    tasks = begin(answer, stops)
    await clock.sleep(0.1)
    for task in tasks[:5]:
        task.cancel()
    await asyncio.wait(tasks)
    has_result(tasks[5:], [{"of": stop} for stop in stops[5:]])
    has_left(tasks[:5])
    at_most_in(1.0, 5, trace.named("locate"))
    clock.check_at_most(start, clock.now(), 2.1, "The last of the five calls that were left had ended")


async def test_calls_that_fail(answer, clock, fake, trace):
    """Five of ten calls fail after 0.1 s: their callers hear of it, the others are done by 2.1 s."""
    stops = addresses(10)
    down = {stop: ConnectionError(token()) for stop in stops[:5]}
    located = fake(
        "locate",
        takes=lambda address: 0.1 if address in down else 0.3,
        returns=lambda address: {"of": address},
        raises=down.get,
    )
    start = clock.now()
    tasks = begin(answer, stops)
    await asyncio.wait(tasks)
    has_result(tasks[5:], [{"of": stop} for stop in stops[5:]])
    all_began(located, stops)
    for task, stop in zip(tasks[:5], stops, strict=False):
        expect(
            not task.cancelled() and task.exception() is down[stop],
            "failure_hidden",
            f"the ConnectionError of {stop!r}",
            met(task),
            name="locate",
        )
    at_most_in(1.0, 5, trace.named("locate"))
    clock.check_at_most(start, clock.now(), 2.1, "The last of the ten calls had ended")
    down.clear()
    again = begin(answer, stops[:1])
    await asyncio.wait(again)
    located.was_called(11)
    has_result(again, [{"of": stops[0]}])


async def test_after_many_failures(answer, fake):
    """Seventy calls that come at once all fail: each caller hears of it, and the next is served."""
    *stops, first, last = addresses(72)
    down = {stop: ConnectionError(token()) for stop in stops}
    fake("locate", takes=0.3, returns=lambda address: {"of": address}, raises=down.get)
    same(await answer.paced(first), {"of": first})
    tasks = begin(answer, stops)
    await asyncio.wait(tasks)
    for task, stop in zip(tasks, stops, strict=True):
        expect(
            not task.cancelled() and task.exception() is down[stop],
            "failure_hidden",
            f"the ConnectionError of {stop!r}",
            met(task),
            name="locate",
        )
    same(await answer.paced(last), {"of": last})
