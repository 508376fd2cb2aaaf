"""Do the three queries run side by side, each on a session of its own, and is all given back."""

import asyncio
import random

import pytest

from grader.suite import expect, not_hidden, nothing_left, same, status

pytestmark = [
    pytest.mark.except_for("in_a_crowd", "the pool has fifteen connections for everybody"),
    pytest.mark.except_for(
        "after_failures", "seventy reports at once stand in line for fifteen connections"
    ),
]


@pytest.fixture
def months(client, database):
    """Four months that no answer can know, with their reports."""
    made, sales, returns, seen = {}, [], [], []
    for month in random.sample(range(10_000, 99_999), 4):
        amounts = [random.randint(1, 900) for _ in range(3)]
        back, visited = random.sample(range(1, 9), 2)
        sales += [(month, amount) for amount in amounts]
        returns += [(month,)] * back
        seen += [(month,)] * visited
        made[month] = {"earned": sum(amounts), "returned": back, "visits": visited}
    database.run("INSERT INTO sales (month, amount) VALUES (?, ?)", sales)
    database.run("INSERT INTO returns (month) VALUES (?)", returns)
    database.run("INSERT INTO visits (month) VALUES (?)", seen)
    return made


def takes(earned, returned, visits):
    """How long each of the three queries takes."""
    figures = {"FROM sales": earned, "FROM returns": returned, "FROM visits": visits}

    def latency(sql):
        said = " ".join(sql.split())
        return next((time for words, time in figures.items() if words in said), 0.0)

    return latency


def ask(client, month):
    return client.get(f"/reports/{month}")


def given_back(database):
    nothing_left(database.open_sessions, "every connection back in the pool")


@pytest.mark.points(2)
async def test_a_report(client, clock, database, months):
    """A report has the three figures of its month, under their names."""
    database.latency = takes(0.1, 0.2, 0.3)
    for month, figures in list(months.items())[:2]:
        response = await ask(client, month)
        await clock.sleep(0.1)
        status(response, 200)
        same(response.json(), figures)


@pytest.mark.points(2)
@pytest.mark.needs("test_a_report")
async def test_side_by_side(client, clock, database, months):
    """Three queries of 0.3 s take 0.3 s together, not 0.9 s."""
    database.latency = 0.3
    for month in list(months)[:2]:
        with clock.takes(0.3, one_by_one=0.9):
            response = await ask(client, month)
        await clock.sleep(0.1)
        status(response, 200)


@pytest.mark.points(2)
@pytest.mark.needs("test_a_report")
async def test_the_slowest_decides(client, clock, database, months):
    """Queries of 0.2, 0.5 and 0.3 s take 0.5 s, and each figure keeps its name."""
    month, figures = next(iter(months.items()))
    for times in ((0.2, 0.5, 0.3), (0.5, 0.3, 0.2)):
        database.latency = takes(*times)
        with clock.takes(0.5, one_by_one=1.0):
            response = await ask(client, month)
        await clock.sleep(0.1)
        status(response, 200)
        same(response.json(), figures)


@pytest.mark.points(2)
@pytest.mark.needs("test_a_report")
async def test_nobody_shares_a_session(client, clock, database, trace, months):
    """Three queries run at the same time, no two tasks on one connection, and all are back."""
    database.latency = 0.3
    status(await ask(client, next(iter(months))), 200)
    await clock.sleep(0.1)
    expect(not database.shared, "value", "a connection for each task", "one for two at a time")
    most = trace.peak("query")
    expect(most == 3, "value", "3 queries at the same time", f"{most} at a time", how="value")
    given_back(database)


@pytest.mark.needs("test_a_report", "test_nobody_shares_a_session")
async def test_four_reports_at_once(client, clock, database, months):
    """Four reports at once take 0.3 s, each has its own figures, and all is given back."""
    database.latency = takes(0.1, 0.2, 0.3)
    with clock.takes(0.3, one_report_at_a_time=1.2):
        responses = await asyncio.gather(*(ask(client, month) for month in months))
    await clock.sleep(0.1)
    for response, figures in zip(responses, months.values(), strict=True):
        status(response, 200)
        same(response.json(), figures)
    quiet = max(months) + 1  # nothing happened in it
    response = await ask(client, quiet)
    await clock.sleep(0.1)
    status(response, 200)
    same(response.json(), {"earned": 0, "returned": 0, "visits": 0})
    given_back(database)


@pytest.mark.points(2)
@pytest.mark.needs("test_a_report", "test_nobody_shares_a_session")
async def test_one_query_fails(client, clock, database, trace, months):
    """A query fails after 0.1 s, three times: an error status; at 1.0 s all is back."""
    broken = random.randint(100_000, 999_999)
    rows = [(broken, 2**63 - 1)] * 2  # more than the database can add up
    database.run("INSERT INTO sales (month, amount) VALUES (?, ?)", rows)
    database.latency = takes(0.1, 0.2, 0.3)
    for _ in range(3):
        response = await ask(client, broken)
        trace.server_errors.clear()  # that one was the suite's own doing
        await clock.sleep(0.9)
        not_hidden(response, "The query of the sales")
        expect(not database.shared, "value", "a connection for each task", "one for two at a time")
        given_back(database)
    month, figures = next(iter(months.items()))
    response = await ask(client, month)
    await clock.sleep(0.1)
    status(response, 200)
    same(response.json(), figures)


@pytest.mark.needs("test_a_report", "test_nobody_shares_a_session")
async def test_the_server_cancels(client, clock, database, months):
    """The server cancels a report at 0.1 s: at 1.0 s every connection is back."""
    database.latency = 0.3
    for month in list(months)[:2]:
        asked = asyncio.create_task(ask(client, month))
        await clock.sleep(0.1)
        client.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await clock.sleep(0.9)
        given_back(database)


@pytest.mark.needs("test_a_report", "test_nobody_shares_a_session")
async def test_nothing_is_left(client, clock, months, tidy):
    """After a report the app stops cleanly, and all is closed."""
    status(await ask(client, next(iter(months))), 200)
    await clock.sleep(0.1)
    await tidy()
