"""Is a rate loaded once for all who ask, kept for a while, and nobody harmed who did not leave."""

import asyncio
import random

import pytest

from grader.suite import called, expect, same, token, unharmed

pytestmark = [
    pytest.mark.except_for("every_call_fails", "its own tests let loads fail"),
]

LOAD = "load_rate"


def random_rate():
    return round(random.uniform(0.1, 9.9), 4)


def ask(answer, currency, callers):
    return [asyncio.create_task(answer.get_rate(currency)) for _ in range(callers)]


def all_have(tasks, rate):
    """Each of them has ended well, with that rate."""
    for task in tasks:
        if task.exception() is not None:
            raise task.exception()
        same(task.result(), rate)


def at_most_loads(trace, most):
    """So many loads were begun, and at least one."""
    ran = len(trace.named(LOAD))
    if not 1 <= ran <= most:
        called(LOAD, ran, most if ran else 1, expected=f"at most {most}")


def left_at_once(task, clock, start, moment):
    """A caller who is cancelled ends, and then."""
    if not task.cancelled() and task.exception() is not None:
        raise task.exception()
    expect(
        task.cancelled(),
        "cancel",
        "a caller who ends when cancelled",
        "a caller who goes on",
        name=LOAD,
    )
    clock.check(start, clock.now(), moment, "The caller who was cancelled had ended")


@pytest.mark.points(2)
async def test_a_hundred_ask_at_once(answer, clock, fake):
    """A hundred callers at the same moment: one load, and all have the rate after 0.5 s."""
    rate = random_rate()
    load = fake(LOAD, takes=0.5, returns=rate, unheld=True)
    start = clock.now()
    tasks = ask(answer, "EUR", 100)
    await asyncio.wait(tasks)
    end = clock.now()
    all_have(tasks, rate)
    load.was_called_once_with("EUR")
    clock.check(start, end, 0.5, "The hundredth caller had the rate")


async def test_who_comes_later_joins(answer, clock, fake):
    """Callers who come 0.05, 0.25 and 0.45 s after the first one join: all have it at 0.5 s."""
    rate = random_rate()
    load = fake(LOAD, takes=0.5, returns=rate)
    start = clock.now()
    tasks = ask(answer, "EUR", 1)
    for pause in (0.05, 0.2, 0.2):
        await clock.sleep(pause)
        tasks += ask(answer, "EUR", 1)
    await asyncio.wait(tasks)
    end = clock.now()
    all_have(tasks, rate)
    load.was_called(1)
    clock.check(start, end, 0.5, "The last of four callers had the rate")


async def test_ten_currencies_at_once(answer, clock, fake):
    """Ten callers for each of ten currencies: ten loads at the same time, 0.5 s, not 5.0 s."""
    codes = [f"{code}{end}" for code in (token() for _ in range(5)) for end in "aA"]
    rates = {code: random_rate() for code in codes}
    load = fake(LOAD, takes=0.5, returns=lambda currency: rates[currency])
    start = clock.now()
    tasks = {currency: ask(answer, currency, 10) for currency in rates}
    await asyncio.wait([task for callers in tasks.values() for task in callers])
    end = clock.now()
    for currency, rate in rates.items():
        all_have(tasks[currency], rate)
    load.was_called(10)
    same(sorted(call.arguments["currency"] for call in load.calls), sorted(rates))
    clock.check(start, end, 0.5, "The last caller had a rate", one_currency_at_a_time=5.0)


@pytest.mark.points(2)
@pytest.mark.except_for("stretched", "KEPT is the task's, however long a load takes")
async def test_kept_for_twenty_seconds(answer, clock, fake):
    """19 s after the first call a rate is still there, at once; at 22 s one load brings a new one."""
    old, new = random_rate(), random_rate()
    rates, failures = [new, old], [ConnectionError(token())]
    load = fake(
        LOAD,
        takes=0.5,
        returns=lambda currency: rates.pop() if rates else random_rate(),
        raises=lambda currency: failures.pop() if currency == "CHF" and failures else None,
    )
    begin = clock.now()
    tasks = ask(answer, "EUR", 1)
    await asyncio.wait(tasks)
    all_have(tasks, old)
    for moment in (10.0, 19.0):
        await clock.sleep(begin + moment - clock.now())
        start = clock.now()
        tasks = ask(answer, "EUR", 10)
        await asyncio.wait(tasks)
        end = clock.now()
        load.was_called(1)
        all_have(tasks, old)
        clock.check(start, end, 0.0, "Ten callers had the rate that is kept")
    await clock.sleep(begin + 22.0 - clock.now())
    start = clock.now()
    tasks = ask(answer, "EUR", 100)
    await asyncio.wait(tasks)
    end = clock.now()
    load.was_called(2)
    all_have(tasks, new)
    clock.check(start, end, 0.5, "A hundred callers had the new rate")
    await clock.sleep(5.0)
    await asyncio.gather(answer.get_rate("CHF"), return_exceptions=True)  # its load fails
    kept = await answer.get_rate("EUR")
    called(LOAD, len(load.calls), 3, expected="3 calls: a failed one for CHF, and none for EUR")
    same(kept, new)
    await clock.sleep(8.0)
    (other,) = await asyncio.gather(answer.get_rate("CHF"), return_exceptions=True)
    called(LOAD, len(load.calls), 4, kept=isinstance(other, ConnectionError))
    await clock.sleep(13.0)  # old by now: the rate of EUR, and the failure; not this rate
    kept = await answer.get_rate("CHF")
    called(LOAD, len(load.calls), 4, expected="4 calls: the rate of CHF is 13 s old, and kept")
    same(kept, other)


@pytest.mark.except_for("stretched", "KEPT is the task's, however long a load takes")
async def test_a_rate_of_zero_is_kept(answer, clock, fake):
    """A rate of 0.0 is a rate like any other: at 5 and 19 s it is there, and not loaded again."""
    load = fake(LOAD, takes=0.5, returns=0.0)
    begin = clock.now()
    for moment in (0.0, 5.0, 19.0):
        await clock.sleep(begin + moment - clock.now())
        tasks = ask(answer, "XYZ", 2)
        await asyncio.wait(tasks)
        all_have(tasks, 0.0)
        load.was_called(1)


@pytest.mark.points(2)
async def test_a_failure_is_not_kept(answer, clock, fake, trace):
    """The first load fails: its error reaches a caller, all ten end by 1.0 s, the next has a rate."""
    rate, down = random_rate(), ValueError(token())
    failures = [down]
    fake(
        LOAD,
        takes=0.5,
        returns=rate,
        raises=lambda currency: failures.pop() if failures else None,
    )
    start = clock.now()
    tasks = ask(answer, "EUR", 10)
    await asyncio.wait(tasks)
    end = clock.now()
    unharmed(tasks, LOAD, gone=0)
    failed = [task for task in tasks if task.exception() is not None]
    expect(
        bool(failed),
        "failure_hidden",
        "a caller who gets the load's exception",
        "a result",
        name=LOAD,
    )
    for task in failed:
        if task.exception() is not down:
            raise task.exception()
    all_have([task for task in tasks if task not in failed], rate)
    at_most_loads(trace, 2)
    clock.check_at_most(start, end, 1.0, "The last of the ten callers had ended")
    (late,) = ask(answer, "EUR", 1)
    await asyncio.wait([late])
    if late.exception() is down:
        called(LOAD, len(trace.named(LOAD)), 2, actual="the first load's failure, kept", kept=True)
    all_have([late], rate)


@pytest.mark.points(2)
async def test_the_first_caller_leaves(answer, clock, fake, trace):
    """Of five callers the first leaves at 0.2 s: the others have it by 0.7 s, in two loads at most."""
    rate = random_rate()
    fake(LOAD, takes=0.5, returns=rate)
    start = clock.now()
    tasks = ask(answer, "EUR", 5)
    await clock.sleep(0.2)
    tasks[0].cancel()
    await asyncio.wait(tasks[:1])
    left_at_once(tasks[0], clock, start, 0.2)
    await asyncio.wait(tasks)
    end = clock.now()
    unharmed(tasks[1:], LOAD)
    all_have(tasks[1:], rate)
    at_most_loads(trace, 2)
    clock.check_at_most(start, end, 0.7, "The last of those who stayed had the rate")


async def test_another_caller_leaves(answer, clock, fake):
    """The third one leaves at 0.2 s: the others have the rate at 0.5 s, in a single load."""
    rate = random_rate()
    load = fake(LOAD, takes=0.5, returns=rate)
    start = clock.now()
    tasks = ask(answer, "EUR", 5)
    await clock.sleep(0.2)
    gone = tasks.pop(2)
    gone.cancel()
    await asyncio.wait([gone])
    left_at_once(gone, clock, start, 0.2)
    await asyncio.wait(tasks)
    end = clock.now()
    unharmed(tasks, LOAD)
    all_have(tasks, rate)
    load.was_called(1)
    clock.check(start, end, 0.5, "The last of those who stayed had the rate")


async def test_all_leave(answer, clock, fake, trace):
    """All three leave at 0.2 s; who asks at 0.3 s has the rate after 0.5 s at most."""
    rate = random_rate()
    fake(LOAD, takes=0.5, returns=rate)
    tasks = ask(answer, "EUR", 3)
    await clock.sleep(0.2)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await clock.sleep(0.1)
    start = clock.now()
    (late,) = ask(answer, "EUR", 1)
    await asyncio.wait([late])
    end = clock.now()
    unharmed([late], LOAD, gone=3)
    all_have([late], rate)
    at_most_loads(trace, 2)
    clock.check_at_most(start, end, 0.5, "The caller who came later had the rate")


async def test_many_currencies_fail(answer, clock, fake):
    """Seventy currencies are asked for at once, and each load fails at 0.5 s; the next one is there."""
    rate = random_rate()
    down = {f"X{number:02}": ConnectionError(token()) for number in range(70)}
    fake(LOAD, takes=0.5, returns=rate, raises=down.get)
    same(await answer.get_rate("EUR"), rate)
    start = clock.now()
    tasks = [asyncio.create_task(answer.get_rate(currency)) for currency in down]
    await asyncio.wait(tasks)
    clock.check(start, clock.now(), 0.5, "The seventieth load had failed", one_at_a_time=35.0)
    for task, (currency, error) in zip(tasks, down.items(), strict=True):
        expect(
            not task.cancelled() and task.exception() is error,
            "failure_hidden",
            f"the ConnectionError of {currency}",
            "something else",
            name=LOAD,
        )
    same(await answer.get_rate("CHF"), rate)
