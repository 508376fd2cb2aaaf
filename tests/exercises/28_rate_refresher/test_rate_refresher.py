"""Are the rates fetched each minute, beside the requests, whatever a fetch takes or raises."""

import asyncio
import random

import pytest

from grader.suite import at_most, called, ended, expect, nothing_left, same, status, token
from grader.wording import seconds

pytestmark = [
    pytest.mark.except_for("stretched", "a minute is a minute, however long a fetch takes"),
]

FETCH = "fetch_rates"


def random_rates():
    return {token(): round(random.uniform(0.1, 9.9), 4)}


def begins(trace, begin, moments):
    """The fetches have begun at those moments, in seconds after the app's start, and no others."""
    calls = trace.named(FETCH)
    behind = 0.0
    for number, (call, moment) in enumerate(zip(calls, moments, strict=False), 1):
        actual = round(call.start - begin, 3)
        early = f"{seconds(actual)} for fetch {number}"
        if number > 1 and call.start == calls[number - 2].end:
            early += ", at once after the one before"
        expect(
            actual >= moment - 0.05,
            "value",
            seconds(moment),
            early,
            how="value",
            cause="The pause before it was too short for what the fetch before it had taken.",
            step="Compute the pause from the clock: what is left until the next full minute.",
            line=call.line,
        )
        expect(
            actual <= moment + 0.05,
            "time",
            seconds(moment),
            seconds(actual),
            expected_seconds=moment,
            actual_seconds=actual,
            start=begin,
            end=call.start,
            what=f"Fetch {number} began",
            instead={"when_each_minute_begins_at_the_end_of_a_fetch": moment + behind},
        )
        behind += (call.start if call.end is None else call.end) - call.start
    called(FETCH, len(calls), len(moments))


async def stops(client, trace):
    """Stop the app; one that goes on though it was cancelled is told so."""
    try:
        async with asyncio.timeout(600.0):
            await client.stop()
    except TimeoutError:
        expect(
            all(call.outcome != "cancelled" for call in trace.named(FETCH)),
            "cancel",
            "a loop that ends when it is cancelled",
            "one that goes on",
            name=FETCH,
        )


async def shows(client, expected):
    """GET /rates answers with them, or with 503 when there are none."""
    response = await client.get("/rates")
    status(response, 200 if expected else 503)
    if expected:
        same(response.json(), expected)


@pytest.mark.points(2)
async def test_the_app_is_up_at_once(clock, fake, start):
    """The app is up after 0.0 s. Its first rates come after 5.0 s: until then 503, then they."""
    rates = random_rates()
    fake(FETCH, takes=5.0, returns=rates, background=True)
    with clock.takes(0.0, what="The app was up", with_the_first_fetch=5.0):
        try:
            async with asyncio.timeout(300.0):
                client = await start()
        except TimeoutError:
            still = "one that has not come to its `yield` after 300.0 s"
            expect(False, "value", "an app that is up at once", still, how="value")
    await shows(client, {})
    await clock.sleep(4.0)
    await shows(client, {})
    await clock.sleep(2.0)
    await shows(client, rates)


@pytest.mark.points(2)
@pytest.mark.needs("test_the_app_is_up_at_once")
async def test_every_minute(clock, fake, start, trace):
    """Fetches of 5, 2, 9 s and so on begin at 0, 60, 120 and so on to 540 s, and not later."""
    lasts = [5.0, 2.0, 9.0, 5.0, 1.0, 7.0, 5.0, 3.0, 5.0, 4.0]
    fake(FETCH, takes=lambda: lasts[(len(trace.named(FETCH)) - 1) % 10], background=True)
    begin = clock.now()
    await start()
    await clock.sleep(590.0)
    begins(trace, begin, [60.0 * number for number in range(10)])


@pytest.mark.needs("test_the_app_is_up_at_once", "test_every_minute")
async def test_new_rates_are_shown(clock, fake, start):
    """Whoever asks gets the newest rates at once; while a fetch runs, those of before."""
    old, new = random_rates(), random_rates()
    answers = [new, old]
    fake(FETCH, takes=5.0, returns=lambda: answers.pop() if answers else new, background=True)
    client = await start()
    await clock.sleep(62.0)
    with clock.takes(0.0, with_the_fetch=3.0):
        await shows(client, old)
    await clock.sleep(5.0)
    await shows(client, new)


@pytest.mark.needs("test_the_app_is_up_at_once", "test_every_minute")
@pytest.mark.points(2)
async def test_a_failure_costs_one_round(clock, fake, start, trace, logs):
    """The fetch of 180 s fails: one line in the log, the old rates stay, the next is at 240 s."""
    rates = random_rates()
    errors = {4: RuntimeError(f"the bank is closed {token()}")}
    errors |= {6: OSError(token()), 7: ValueError(token()), 8: LookupError(token())}
    fake(
        FETCH,
        takes=5.0,
        returns=rates,
        raises=lambda: errors.get(len(trace.named(FETCH))),
        background=True,
    )
    begin = clock.now()
    client = await start()
    await clock.sleep(200.0)
    await shows(client, rates)
    logs.told_once(errors[4])
    await clock.sleep(250.0)  # and three in a row have failed
    begins(trace, begin, [60.0 * number for number in range(8)])
    await shows(client, rates)
    for error in errors.values():
        logs.told_once(error)
    await clock.sleep(60.0)
    begins(trace, begin, [60.0 * number for number in range(9)])
    await shows(client, rates)


@pytest.mark.needs(
    "test_the_app_is_up_at_once", "test_every_minute", "test_a_failure_costs_one_round"
)
async def test_the_first_fetch_fails(clock, fake, start, trace):
    """The first fetch fails: the app stays up with 503, and has the rates at 65 s."""
    rates = random_rates()
    down = ConnectionError(token())
    fake(
        FETCH,
        takes=5.0,
        returns=rates,
        raises=lambda: down if len(trace.named(FETCH)) == 1 else None,
        background=True,
    )
    client = await start()
    await clock.sleep(10.0)
    await shows(client, {})
    await clock.sleep(57.0)
    await shows(client, rates)


@pytest.mark.needs("test_the_app_is_up_at_once", "test_every_minute")
async def test_never_two_at_once(clock, fake, start, trace):
    """The fetch of 60 s takes 70 s: the next begins when it is done, and by 180 s."""
    fake(FETCH, takes=lambda: 70.0 if len(trace.named(FETCH)) == 2 else 5.0, background=True)
    begin = clock.now()
    await start()
    await clock.sleep(185.0)
    at_most(trace.peak(FETCH), 1, FETCH)
    third = trace.named(FETCH)[2:3]
    called(FETCH, 2 + len(third), 3)
    clock.check(begin, max(third[0].start, begin + 180.0), 180.0, "Fetch 3 began")


@pytest.mark.needs("test_the_app_is_up_at_once")
async def test_the_stop_waits_for_nothing(clock, fake, start, trace):
    """It stops after 0.0 s, at 90 s between two fetches; nothing begins until it starts again."""
    fake(FETCH, takes=5.0, background=True)
    client = await start()
    await clock.sleep(90.0)
    with clock.stops(0.0, until_the_next_fetch_is_due=30.0):
        await stops(client, trace)
    nothing_left(trace.leaked())
    await clock.sleep(100.0)
    called(FETCH, len(trace.named(FETCH)), 2)
    await start()
    await clock.sleep(1.0)
    called(FETCH, len(trace.named(FETCH)), 3, actual="no fetch after the second start")


@pytest.mark.needs("test_the_app_is_up_at_once", "test_the_stop_waits_for_nothing")
async def test_the_stop_ends_a_fetch(clock, fake, start, trace, tidy):
    """The app stops during a fetch, which needs 0.5 s to end when it is cancelled: 0.5 s."""
    fake(FETCH, takes=5.0, undo=0.5, background=True)
    client = await start()
    await clock.sleep(2.0)
    called(FETCH, len(trace.named(FETCH)), 1)
    with clock.stops(0.5, without_waiting_for_its_end=0.0, with_the_fetch=3.0):
        await stops(client, trace)
    ended(trace.named(FETCH)[0], "cancelled")
    await tidy()
