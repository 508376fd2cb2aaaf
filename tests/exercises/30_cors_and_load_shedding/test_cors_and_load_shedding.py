"""Does the app say no in time, and can the shop's pages read every answer."""

import asyncio
import random

import pytest

from grader.suite import at_most, called, ended, expect, same, status

pytestmark = [
    pytest.mark.except_for("in_a_crowd", "a crowd is turned away, as it should be"),
    pytest.mark.except_for("stretched", "the limit of 1.0 s does not stretch with the reports"),
]

SHOP = "https://shop.example.com"
FROM_SHOP = {"origin": SHOP}
PREFLIGHT = {"access-control-request-method": "GET", "access-control-request-headers": "x-token"}
HEADER = "access-control-allow-origin"


def readable(response):
    """The browser lets the shop's pages read this response."""
    header = response.headers.get(HEADER)
    expect(
        header in (SHOP, "*"),
        "value",
        SHOP,
        header or f"missing, so that the shop's page cannot read this {response.status_code}",
        path=f"header {HEADER}",
    )


def ask(client, number, origin=SHOP):
    return client.get(f"/reports/{number}", headers={"origin": origin})


async def ten(client, clock):
    """Ten reports under way at once, and their tasks."""
    tasks = [asyncio.create_task(ask(client, number)) for number in range(10)]
    await clock.sleep(0.1)
    return tasks


async def ten_and_no_more(client, fake, trace):
    """Of twelve requests at once ten come in, whichever those are."""
    fake("make_report", takes=0.1)
    responses = await asyncio.gather(*(ask(client, number) for number in range(12)))
    at_most(trace.peak("make_report"), 10, "make_report")
    responses.sort(key=lambda response: response.status_code)
    for response in responses[:10]:
        status(response, 200)
    for response in responses[10:]:
        status(response, 503)


async def test_a_report_in_time(client, clock, fake):
    """Reports of 0.6 and of 0.9 s are a 200 then, which the shop's pages can read."""
    for takes in (0.6, 0.9):
        number = random.randint(1_000, 9_999)
        work = fake("make_report", takes=takes)
        with clock.takes(takes):
            response = await ask(client, number)
        status(response, 200)
        same(response.json(), work.result)
        work.was_called_once_with(number)
        readable(response)


@pytest.mark.points(2)
async def test_a_report_that_is_too_slow(client, clock, fake):
    """A report of 3.0 s is a 504 at 1.0 s, which the shop's pages can read."""
    fake("make_report", takes=3.0)
    with clock.takes(1.0, is_limit=True, without_a_limit=3.0):
        response = await ask(client, 1)
    status(response, 504)
    readable(response)


@pytest.mark.points(2)
@pytest.mark.needs("test_a_report_that_is_too_slow")
async def test_what_is_too_slow_is_ended(client, clock, fake, trace):
    """After the 504 nobody goes on with the report: its work is cancelled by then."""
    fake("make_report", takes=3.0)
    status(await ask(client, 1), 504)
    await clock.sleep(3.0)
    called("make_report", len(trace.named("make_report")), 1)
    (work,) = trace.named("make_report")
    ended(work, "cancelled")
    clock.check(work.start, work.end, 1.0, "Its work ended")


@pytest.mark.points(2)
@pytest.mark.except_for("someone_leaves", "who leaves has had a slot, which others then miss")
async def test_the_eleventh_is_turned_away(client, clock, fake, trace):
    """Ten reports are under way; forty more are a 503 at 0.0 s, which the pages can read."""
    fake("make_report", takes=0.6)
    first = await ten(client, clock)
    start = clock.now()
    others = await asyncio.gather(*(ask(client, number) for number in range(40)))
    end = clock.now()
    at_most(trace.peak("make_report"), 10, "make_report")
    clock.check(start, end, 0.0, "The last of the forty was answered")
    for response in others:
        status(response, 503)
        readable(response)
    for response in await asyncio.gather(*first):
        status(response, 200)
    called("make_report", len(trace.named("make_report")), 10)


@pytest.mark.points(2)
async def test_a_preflight_needs_no_slot(client, clock, fake):
    """While all ten slots are taken, a preflight of the shop is a 200 at 0.0 s."""
    fake("make_report", takes=0.6)
    first = await ten(client, clock)
    with clock.takes(0.0, behind_the_first_ten=0.5):
        response = await client.options("/reports/1", headers=FROM_SHOP | PREFLIGHT)
    status(response, 200)
    readable(response)
    await asyncio.gather(*first)


@pytest.mark.points(2)
@pytest.mark.needs("test_what_is_too_slow_is_ended", "test_the_eleventh_is_turned_away")
@pytest.mark.except_for("someone_leaves", "who leaves has had a slot, which others then miss")
async def test_slots_come_back(client, fake, trace):
    """After ten 504s, and after ten reports that failed (500), ten come in, and no more."""
    fake("make_report", takes=3.0)
    for response in await asyncio.gather(*(ask(client, number) for number in range(10))):
        status(response, 504)
    await ten_and_no_more(client, fake, trace)
    fake("make_report", takes=0.1, raises=RuntimeError("no ink"))
    for response in await asyncio.gather(*(ask(client, number) for number in range(10))):
        status(response, 500)
    await ten_and_no_more(client, fake, trace)


@pytest.mark.needs("test_what_is_too_slow_is_ended", "test_the_eleventh_is_turned_away")
@pytest.mark.except_for("someone_leaves", "who leaves has had a slot, which others then miss")
async def test_requests_that_are_cancelled(client, clock, fake, trace):
    """The server cancels ten requests after 0.5 s: ten come in then, and no more."""
    fake("make_report", takes=0.9)
    first = [asyncio.create_task(ask(client, number)) for number in range(10)]
    await clock.sleep(0.5)
    client.cancel()
    await asyncio.gather(*first, return_exceptions=True)
    await ten_and_no_more(client, fake, trace)


async def test_another_site_reads_nothing(client, fake):
    """A page of another site cannot read a report, and its preflight is refused."""
    fake("make_report", takes=0.1)
    near = (f"{SHOP}.evil.example", "http://shop.example.com", "https://a.shop.example.com")
    for other in ("https://elsewhere.example.com", *near, "null"):
        for response in (
            await ask(client, 1, other),
            await client.options("/reports/1", headers={"origin": other} | PREFLIGHT),
        ):
            header = response.headers.get(HEADER)
            told = f"{header} for a page of {other}"
            expect(header is None, "value", "none here", told, path=f"header {HEADER}")


@pytest.mark.needs("test_a_report_that_is_too_slow")
async def test_nothing_is_left(client, fake, tidy):
    """After reports in time, too slow and turned away, the app stops cleanly; nothing is left."""
    fake("make_report", takes=lambda number: 3.0 if number % 2 else 0.2)
    await asyncio.gather(*(ask(client, number) for number in range(12)))
    await tidy()
