"""Does each order come with its items, in two queries at most, however many orders there are."""

import asyncio
import random
from collections import Counter

import pytest

from grader.suite import expect, not_hidden, nothing_left, same, status, token

pytestmark = [
    pytest.mark.except_for('in_a_crowd', 'the pool has fifteen connections for everybody'),
]

MOST = 2
"""Queries that one request may take."""
IDS = range(10_000, 999_999)


class Books:
    """Orders that no answer can know, straight into the file that the app opened."""

    def __init__(self, database):
        self.database = database
        self.drawn_by = None

    def customer(self):
        return self.new_id()

    def new_id(self):
        if self.drawn_by is not random:  # a test that runs again draws its ids anew
            self.drawn_by, self.ids = random, iter(random.sample(IDS, 4_000))
        return next(self.ids)

    def add(self, customer, *sizes):
        """One order for each of `sizes`, with so many items; as they should be answered."""
        orders = []
        for size in sizes:
            items = [{"product": token(), "quantity": random.randint(0, 99)} for _ in range(size)]
            if size > 1:
                items[-1]["product"] = items[0]["product"]  # of one product, two lines
            if size > 2:
                items[1]["product"] = ""
            orders.append({"id": self.new_id(), "items": items})
        self.database.run(
            "INSERT INTO orders (id, customer_id) VALUES (?, ?)",
            [(order["id"], customer) for order in orders],
        )
        rows = [
            (self.new_id(), order["id"], item["product"], item["quantity"])
            for order in orders
            for item in order["items"]
        ]
        self.database.run(
            "INSERT INTO items (id, order_id, product, quantity) VALUES (?, ?, ?, ?)",
            random.sample(rows, len(rows)),  # in no order
        )
        return orders


@pytest.fixture
def books(client, database):
    return Books(database)


def address(customer):
    return f"/customers/{customer}/orders"


async def ask(client, clock, customer):
    response = await client.get(address(customer))
    await clock.sleep(0.2)  # a dependency ends after the response has left
    return response


def in_order(found):
    """Sorted, if it has the right shape: the task leaves the order open."""
    try:
        orders = [
            {**order, "items": sorted(order["items"], key=lambda i: (i["product"], i["quantity"]))}
            for order in found
        ]
        return sorted(orders, key=lambda order: order["id"])
    except (AttributeError, KeyError, TypeError):
        return found


def few_queries(database, trace, before, requests):
    ran, most = len(database.statements) - before, MOST * requests
    lines = Counter(record.line for record in trace.named("query")).most_common(1)
    expect(
        ran <= most,
        "called_too_often",
        f"at most {most} queries",
        f"{ran} queries",
        name="A query",
        times=f"at most {most}",
        ran=ran,
        line=lines[0][0] if lines else None,
    )


@pytest.mark.points(2)
async def test_orders_come_with_their_items(client, clock, books):
    """A customer's orders come with the product and quantity of every item."""
    customer = books.customer()
    orders = books.add(customer, 3, 1, 2)
    response = await ask(client, clock, customer)
    status(response, 200)
    same(in_order(response.json()), in_order(orders))
    customer = books.customer()
    books.database.run("DROP INDEX IF EXISTS ix_items_order_id")  # rows come as they are stored
    orders = books.add(customer, *(random.randint(0, 2) for _ in range(201)))
    response = await ask(client, clock, customer)
    same(in_order(response.json()), in_order(orders))


async def test_five_orders_take_two_queries(client, clock, database, books, trace):
    """Five orders with their items take at most 2 queries, not 6; so do thirty and more."""
    customer = books.customer()
    orders = books.add(customer, 2, 3, 1, 4, 2)
    busy = books.customer()
    many = books.add(busy, *random.choices((1, 2), k=random.randint(30, 60)))
    database.latency = 0.1
    before = len(database.statements)
    response = await ask(client, clock, customer)
    status(response, 200)
    same(in_order(response.json()), in_order(orders))
    few_queries(database, trace, before, requests=1)
    before = len(database.statements)
    response = await ask(client, clock, busy)
    same(in_order(response.json()), in_order(many))
    few_queries(database, trace, before, requests=1)


async def test_twelve_orders_take_no_longer(client, clock, database, books):
    """Twelve orders take two queries' time at most: 0.6 s, not 3.9 s."""
    customer = books.customer()
    orders = books.add(customer, *(random.randint(1, 4) for _ in range(12)))
    database.latency = 0.3
    start = clock.now()
    response = await client.get(address(customer))
    clock.check_at_most(start, clock.now(), 0.6, with_a_query_for_each_order=3.9)
    await clock.sleep(0.2)
    status(response, 200)
    same(in_order(response.json()), in_order(orders))


async def test_five_customers_at_once(client, clock, database, books, trace):
    """Five customers who ask together get their own orders: 10 queries at most, 0.6 s."""
    await ask(client, clock, books.customer())  # on the real clock the first one is slower
    customers = [books.customer() for _ in range(5)]
    orders = [books.add(customer, *random.choices((1, 2, 3), k=3)) for customer in customers]
    database.latency = 0.3
    before, start = len(database.statements), clock.now()
    responses = await asyncio.gather(*(client.get(address(one)) for one in customers))
    few_queries(database, trace, before, requests=5)
    clock.check_at_most(start, clock.now(), 0.6, one_customer_at_a_time=3.0)
    await clock.sleep(0.2)
    for response, expected in zip(responses, orders, strict=True):
        status(response, 200)
        same(in_order(response.json()), in_order(expected))


async def test_a_customer_without_orders(client, clock, books):
    """A customer without orders gets an empty list and status 200."""
    books.add(books.customer(), 2, 1)
    response = await ask(client, clock, books.customer())
    status(response, 200)
    same(response.json(), [])


async def test_an_order_without_items_stays(client, clock, books):
    """An order that has no items yet is in the list, with "items": []."""
    customer = books.customer()
    orders = books.add(customer, 2, 0, 1, 0)
    response = await ask(client, clock, customer)
    status(response, 200)
    same(in_order(response.json()), in_order(orders))


async def test_a_failing_query_is_no_empty_list(client, clock, database, books, trace):
    """When the items cannot be read, the response is an error, and the session is given back."""
    customer = books.customer()
    orders = books.add(customer, 2, 1)
    database.run("ALTER TABLE items RENAME TO mislaid")
    response = await ask(client, clock, customer)
    trace.server_errors.clear()  # that one was the suite's own doing
    not_hidden(response)
    database.run("ALTER TABLE mislaid RENAME TO items")
    response = await ask(client, clock, customer)
    same(in_order(response.json()), in_order(orders))
    nothing_left(database.open_sessions, "every connection back in the pool")
