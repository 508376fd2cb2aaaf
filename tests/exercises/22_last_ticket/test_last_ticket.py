"""Are as many tickets sold as there are, however many buyers come at the same moment."""

import asyncio
import random

import pytest

from grader.suite import expect, not_hidden, same, status, whole

pytestmark = [
    pytest.mark.except_for("in_a_crowd", "the others would buy the same tickets"),
    pytest.mark.except_for(
        "after_failures", "hundreds at once wait too long for SQLite's one lock"
    ),
]
LEAVES = pytest.mark.except_for("someone_leaves", "the other one would buy one of these tickets")


def new_show(database, seats):
    """A show that no answer can know, with so many tickets."""
    show = random.randint(100_000, 999_999_999)
    database.run("INSERT INTO stock VALUES (?, ?)", [(show, seats)])
    return show


def seats_left(database, show):
    ((seats,),) = database.run(f"SELECT seats FROM stock WHERE show = {show}")
    return seats


def sold(database, show):
    """The buyers who have a ticket."""
    return [buyer for (buyer,) in database.run(f"SELECT buyer FROM sales WHERE show = {show}")]


def refuse(database, show, buyer):
    """The database takes no sale of that show to that buyer."""
    database.run(
        f"CREATE TRIGGER refuse_{show} BEFORE INSERT ON sales WHEN "
        f"NEW.buyer = {buyer} AND NEW.show = {show} "
        "BEGIN SELECT RAISE(ABORT, 'this card is blocked'); END"
    )


def buy(client, show, buyer):
    return client.post(f"/shows/{show}/tickets", json={"buyer": buyer})


def count(responses, code):
    return sum(response.status_code == code for response in responses)


async def rush(client, show, buyers):
    return await asyncio.gather(*(buy(client, show, buyer) for buyer in buyers))


def all_are_sold(database, show, buyers, responses, seats):
    """As many buyers have a ticket as there were tickets, and nobody else was told so."""
    told = count(responses, 201)
    cause = f"There were {seats}, and {told} buyers were told that they have one."
    expect(told == seats, "value", f"{seats} x 201", f"{told} x 201", how="value", cause=cause)
    refused = count(responses, 409)
    wanted = len(buyers) - seats
    expect(refused == wanted, "value", f"{wanted} x 409", f"{refused} x 409", how="value")
    served = [b for b, r in zip(buyers, responses, strict=True) if r.status_code == 201]
    same(sorted(sold(database, show)), sorted(served))
    same(seats_left(database, show), 0)


@LEAVES
@pytest.mark.points(2)
async def test_one_buyer(client, database):
    """A buyer gets a 201 with show and buyer; a seat is gone, and the sale is stored."""
    show = new_show(database, 7)
    for times in (1, 2):
        buyer = random.randint(10_000, 99_999)
        response = await buy(client, show, buyer)
        status(response, 201)
        same(response.json(), {"show": show, "buyer": buyer})
        same(seats_left(database, show), 7 - times)
        same(sold(database, show)[-1:], [buyer])


async def test_sold_out(client, database):
    """With no ticket left two buyers get a 409, and nothing changes."""
    show = new_show(database, 0)
    for _ in range(2):
        status(await buy(client, show, random.randint(10_000, 99_999)), 409)
    same(seats_left(database, show), 0)
    told = "a sale of a show that is sold out"
    expect(not sold(database, show), "value", "no sale", told, how="value")


@LEAVES
@pytest.mark.points(3)
@pytest.mark.needs("test_one_buyer")
async def test_fifty_buyers_for_one_ticket(client, clock, database):
    """Fifty buyers at once, statements of 0.01 s: one has the ticket, 49 get a 409."""
    show = new_show(database, 1)
    buyers = random.sample(range(10_000, 99_999), 50)
    database.latency = 0.01
    responses = await rush(client, show, buyers)
    database.latency = 0.0
    all_are_sold(database, show, buyers, responses, 1)
    await clock.sleep(1.0)
    database.run(f"UPDATE stock SET seats = 1 WHERE show = {show}")  # a ticket comes back
    again = (await buy(client, show, random.randint(10_000, 99_999))).status_code
    cause = "The show was sold out, and then a ticket came back."
    expect(again == 201, "value", "status 201", f"status {again}", how="value", cause=cause)


@LEAVES
@pytest.mark.points(2)
@pytest.mark.needs("test_one_buyer")
async def test_fifty_buyers_for_three_tickets(client, database):
    """Fifty buyers for three tickets, looks of 0.05 s, commits of 0.06 s: three have one."""
    show = new_show(database, 3)
    buyers = random.sample(range(10_000, 99_999), 50)
    takes = {"SELECT": 0.05, "COMMIT": 0.06}
    database.latency = lambda sql: takes.get(sql.split()[0].upper(), 0.01)
    responses = await rush(client, show, buyers)
    database.latency = 0.0
    all_are_sold(database, show, buyers, responses, 3)


@LEAVES
@pytest.mark.needs("test_one_buyer")
async def test_two_shows_at_once(client, database):
    """Twenty buyers for each of two shows, with one and two tickets: each show sells its own."""
    shows = {new_show(database, seats): seats for seats in (1, 2)}
    buyers = {show: random.sample(range(10_000, 99_999), 20) for show in shows}
    database.latency = 0.01
    found = await asyncio.gather(*(rush(client, show, buyers[show]) for show in shows))
    database.latency = 0.0
    for (show, seats), responses in zip(shows.items(), found, strict=True):
        all_are_sold(database, show, buyers[show], responses, seats)


@LEAVES
@pytest.mark.points(2)
@pytest.mark.needs("test_one_buyer")
async def test_a_refused_sale_leaves_its_ticket(client, clock, database, trace):
    """The database refuses one buyer's row: an error status, and the next one has the ticket."""
    show, another = new_show(database, 1), new_show(database, 5)
    refused, other, late = random.sample(range(10_000, 99_999), 3)
    refuse(database, show, refused)
    response = await buy(client, show, refused)
    trace.server_errors.clear()  # that one was the suite's own doing
    not_hidden(response, "The sale")
    await clock.sleep(1.0)
    status(await buy(client, another, other), 201)  # its commit must not store the half
    left = [seats_left(database, show), len(sold(database, show))]
    whole(left, before=[1, 0], after=[0, 1], done=False)
    status(await buy(client, another, refused), 201)
    status(await buy(client, show, late), 201)
    same(sold(database, show), [late])


@LEAVES
@pytest.mark.needs("test_one_buyer")
async def test_a_refusal_beside_other_sales(client, database, trace):
    """One buyer's row is refused while five of another show buy: each of the five has a ticket."""
    show, another = new_show(database, 1), new_show(database, 5)
    refused, *buyers = random.sample(range(10_000, 99_999), 6)
    refuse(database, show, refused)
    database.latency = 0.01
    responses, response = await asyncio.gather(
        rush(client, another, buyers), buy(client, show, refused)
    )
    database.latency = 0.0
    trace.server_errors.clear()  # that one was the suite's own doing
    not_hidden(response, "The sale")
    all_are_sold(database, another, buyers, responses, 5)
    left = [seats_left(database, show), len(sold(database, show))]
    whole(left, before=[1, 0], after=[0, 1], done=False)


@LEAVES
@pytest.mark.needs("test_one_buyer")
async def test_a_sale_that_is_cut_off(answer, client, clock, database):
    """A sale is cancelled midway: it is made or not, and the next buyer has what is left."""
    show, another = new_show(database, 1), new_show(database, 5)
    gone, other, late = random.sample(range(10_000, 99_999), 3)
    database.latency = 0.5
    task = asyncio.create_task(answer.sell(show, gone))
    await clock.sleep(0.6)
    task.cancel()
    await asyncio.wait([task])
    database.latency = 0.0
    await clock.sleep(5.0)
    status(await buy(client, another, other), 201)  # its commit must not store the half
    left = [seats_left(database, show), len(sold(database, show))]
    whole(left, before=[1, 0], after=[0, 1])
    status(await buy(client, show, late), 201 if left == [1, 0] else 409)


@LEAVES
@pytest.mark.needs("test_one_buyer")
async def test_nothing_is_left(client, database, tidy):
    """After a sale and a 409 every connection is closed, and the app stops cleanly."""
    show = new_show(database, 1)
    first, second = random.sample(range(10_000, 99_999), 2)
    status(await buy(client, show, first), 201)
    status(await buy(client, show, second), 409)
    await tidy()
