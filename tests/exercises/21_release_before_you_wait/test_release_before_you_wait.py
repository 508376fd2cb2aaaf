"""Is a connection out only while the database is asked."""

import asyncio
import random

import pytest

from grader.suite import at_most, expect, nothing_left, same, status

pytestmark = [
    pytest.mark.except_for("in_a_crowd", "the pool has two connections for everybody"),
]

POOL = 2
"""Connections of the given engine."""
BANK = "https://bank.example.com/rates"


@pytest.fixture
def orders(client, database):
    """Six orders, each in a currency of its own."""
    ids = random.sample(range(10_000, 99_999), 6)
    made = [(id, random.randint(2, 900), f"X{at}{id}") for at, id in enumerate(ids)]
    database.run("INSERT INTO orders (id, amount, currency) VALUES (?, ?, ?)", made)
    return made


def rates(upstream, orders, latency=1.0):
    """What the bank says of each currency."""
    found = {}
    for _, _, currency in orders:
        found[currency] = random.randint(2, 90)
        upstream.answers(
            "GET", f"{BANK}/{currency}", latency=latency, json={"rate": found[currency]}
        )
    return found


def ask(client, order_id):
    return client.post(f"/orders/{order_id}/quote")


def given_back(database):
    nothing_left(database.open_sessions, "every connection back in the pool")


@pytest.mark.points(2)
async def test_a_quote(client, clock, database, upstream, orders):
    """A quote is amount times rate, and is stored."""
    found = rates(upstream, orders)
    (id, amount, currency), (_, _, free), *_ = orders
    found[free] = 0
    upstream.answers("GET", f"{BANK}/{free}", latency=1.0, json={"rate": 0})
    changed = (id, amount + random.randint(2, 900), currency)
    for id, amount, currency in (*orders[:2], changed):
        database.run(f"UPDATE orders SET amount = {amount} WHERE id = {id}")
        quotes = f"SELECT price FROM quotes WHERE order_id = {id}"
        before = len(database.run(quotes))
        response = await ask(client, id)
        status(response, 200)
        price = amount * found[currency]
        same(response.json(), {"order": id, "price": price})
        await clock.sleep(0.1)
        same(database.run(quotes)[before:], [(price,)])


@pytest.mark.needs("test_a_quote")
async def test_an_unknown_order(client, clock, database, upstream, orders):
    """An order that is not there: a 404, and its connection is back."""
    rates(upstream, orders)
    response = await ask(client, random.randint(100_000, 999_999))
    await clock.sleep(0.1)
    status(response, 404)
    given_back(database)


@pytest.mark.points(2)
@pytest.mark.needs("test_a_quote")
async def test_six_at_once(client, clock, database, upstream, orders):
    """Six quotes at once take 1.0 s, not 3.0 s, with two connections at most, and all are back."""
    rates(upstream, orders)
    with clock.takes(1.0, two_at_a_time=3.0):
        responses = await asyncio.gather(*(ask(client, id) for id, _, _ in orders))
    await clock.sleep(0.1)
    for response in responses:
        status(response, 200)
    at_most(database.max_checked_out, POOL, "a connection", expected=f"{POOL} connections")
    given_back(database)


@pytest.mark.points(2)
@pytest.mark.needs("test_a_quote")
async def test_nothing_is_held_while_the_bank_answers(client, trace, database, upstream, orders):
    """While the bank answers, for 1 s, no connection is out of the pool."""
    rates(upstream, orders)
    id, _, currency = orders[0]
    status(await ask(client, id), 200)
    held = trace.overlap("connection", f"GET bank.example.com/rates/{currency}")
    expect(held < 0.001, "value", "no connection out meanwhile", f"one for {held:.1f} s")


@pytest.mark.needs("test_a_quote")
async def test_a_page_that_only_reads(client, clock, database, upstream, orders):
    """While six quotes wait for the bank, a page that only reads takes 0.0 s."""
    rates(upstream, orders)
    waiting = [asyncio.create_task(ask(client, id)) for id, _, _ in orders]
    await clock.sleep(0.3)
    with clock.takes(0.0):
        response = await client.get(f"/orders/{orders[0][0]}")
    await asyncio.gather(*waiting)
    status(response, 200)


@pytest.mark.needs("test_a_quote")
async def test_the_bank_fails(client, clock, database, upstream, orders):
    """The bank answers with a 500: a 502, nothing is stored, and the connection is back."""
    id, _, currency = orders[0]
    upstream.answers("GET", f"{BANK}/{currency}", latency=1.0, status=500)
    before = database.run(f"SELECT price FROM quotes WHERE order_id = {id}")
    response = await ask(client, id)
    await clock.sleep(0.1)
    status(response, 502)
    after = database.run(f"SELECT price FROM quotes WHERE order_id = {id}")
    expect(after == before, "value", "as many quotes as before", "one more", how="value")
    given_back(database)


@pytest.mark.needs("test_a_quote")
async def test_nothing_is_left(client, clock, database, upstream, orders, tidy):
    """After a quote and a 404 the app stops cleanly, and all is closed."""
    rates(upstream, orders)
    status(await ask(client, orders[0][0]), 200)
    status(await ask(client, random.randint(100_000, 999_999)), 404)
    await tidy()
