"""Is each piece sold once, does nobody wait for another, and is nothing lost by a failure."""

import asyncio

import pytest

from grader.suite import expect, same, status, token, unharmed
from grader.wording import count

pytestmark = [
    pytest.mark.except_for("in_a_crowd", "the others would buy the same pieces"),
    pytest.mark.except_for(
        "after_failures", "hundreds at once wait too long for SQLite's one lock"
    ),
    pytest.mark.except_for("odd_values", "one class of exceptions means a 402, all others a 500"),
]
BALANCE = "Follow one piece: where it is taken, and each way out behind that."
LEAVES = pytest.mark.except_for("someone_leaves", "the other one would buy one of these pieces")


def new_item(database, pieces):
    """An item that no answer can know, with so many pieces."""
    item = token()
    database.run("INSERT INTO items (name, pieces) VALUES (?, ?)", [(item, pieces)])
    return item


def left(database, item):
    ((pieces,),) = database.run(f"SELECT pieces FROM items WHERE name = '{item}'")
    return pieces


def is_left(database, item, pieces):
    """So many pieces are left."""
    now = left(database, item)
    wanted, found = (f"{count(n, 'piece')} left" for n in (pieces, now))
    cause = (
        "A piece that nobody has paid for was not given back."
        if now < pieces
        else "A piece was given back, or not taken, though it is sold."
    )
    expect(found == wanted, "value", wanted, found, how="value", cause=cause, step=BALANCE)


def order(client, item):
    return client.post(f"/items/{item}/orders")


def answered(responses, code):
    return sum(response.status_code == code for response in responses)


def first_declined(answer):
    """Says of each payment whether it fails: the first one does."""
    errors = iter([answer.DeclinedError()])
    return lambda item: next(errors, None)


def heard(watcher, item, times, who):
    """That watcher has heard of so many sales of the item."""
    got = [arrival.json() for arrival in watcher.received]
    wanted, told = (f"{count(n, 'sale')} told to {who}" for n in (times, len(got)))
    expect(len(got) == times, "value", wanted, told, how="value")
    same(got, [{"sold": item}] * times)


@pytest.mark.points(2)
async def test_a_hundred_ask_for_a_price(client, clock, fake):
    """A hundred ask for a price at once: one load, and all have it after 0.5 s."""
    item = token()
    load = fake("load_price", takes=0.5, unheld=True)
    with clock.takes(0.5, one_by_one=50.0):
        responses = await asyncio.gather(*(client.get(f"/items/{item}/price") for _ in range(100)))
    load.was_called_once_with(item)
    for response in responses:
        status(response, 200)
        same(response.json(), {"price": load.result})


@pytest.mark.needs("test_a_hundred_ask_for_a_price")
async def test_prices_of_three_items(client, clock, fake):
    """Three items: three loads at the same time; after a minute the price is loaded anew."""
    items = [token() for _ in range(3)]
    load = fake("load_price", takes=0.5)
    for _ in range(2):
        with clock.takes(0.5, one_item_at_a_time=1.5):
            responses = await asyncio.gather(*(client.get(f"/items/{i}/price") for i in items))
        for item, response in zip(items, responses, strict=True):
            same(response.json(), {"price": load.result_for(item)})
        await clock.sleep(60.0)
    load.was_called(6)


@pytest.mark.needs("test_a_hundred_ask_for_a_price")
async def test_a_price_that_fails(answer, client, fake):
    """A load fails after 0.5 s: a 502, and the next one who asks has a price."""
    item = token()
    fake("load_price", takes=0.5, raises=answer.NoPriceError())
    for response in await asyncio.gather(*(client.get(f"/items/{item}/price") for _ in range(3))):
        status(response, 502)
    load = fake("load_price", takes=0.5)
    response = await client.get(f"/items/{item}/price")
    status(response, 200)
    same(response.json(), {"price": load.result})


@pytest.mark.points(2)
@pytest.mark.needs("test_a_hundred_ask_for_a_price")
async def test_who_asked_first_is_cancelled(answer, clock, fake):
    """Who asked first is cancelled after 0.2 s: the other four have the price, by 1.0 s."""
    item = token()
    load = fake("load_price", takes=0.5)
    callers = [asyncio.create_task(answer.price_of(item)) for _ in range(5)]
    await clock.sleep(0.2)
    start = clock.now()
    callers[0].cancel()
    await asyncio.wait(callers)
    clock.check_at_most(start, clock.now(), 0.8, "The last of the others had the price")
    unharmed(callers[1:], "load_price")
    for caller in callers[1:]:
        same(caller.result(), load.result)


@LEAVES
@pytest.mark.points(2)
async def test_an_order(client, clock, database, fake):
    """An order takes a piece and is paid, in 1.0 s, twice; then all are sold, a 409 at once."""
    item = new_item(database, 2)
    charge = fake("charge", takes=1.0)
    for pieces in (1, 0):
        with clock.takes(1.0):
            response = await order(client, item)
        status(response, 201)
        same(response.json(), {"item": item})
        is_left(database, item, pieces)
    with clock.takes(0.0, when_it_is_charged_first=1.0):
        response = await order(client, item)
    status(response, 409)
    status(await order(client, token()), 409)
    charge.was_called(2)
    same([call.arguments for call in charge.calls], [{"item": item}] * 2)


@LEAVES
@pytest.mark.points(3)
@pytest.mark.needs("test_an_order")
async def test_fifty_buyers_for_three_pieces(answer, client, clock, database, fake):
    """Fifty buyers, three pieces, the first payment declined: 402, two 201, 47 x 409, in 1.0 s."""
    item = new_item(database, 3)
    charge = fake("charge", takes=1.0, raises=first_declined(answer))
    database.latency = lambda sql: 0.001 if sql == "COMMIT" else 0.0005
    with clock.takes(1.0):
        responses = await asyncio.gather(*(order(client, item) for _ in range(50)))
    database.latency = 0.0
    for code, times in ((201, 2), (402, 1), (409, 47)):
        told = answered(responses, code)
        expect(told == times, "value", f"{times} x {code}", f"{told} x {code}", how="value")
    charge.was_called(3)
    is_left(database, item, 1)
    status(await order(client, item), 201)
    status(await order(client, item), 409)


@LEAVES
@pytest.mark.points(2)
@pytest.mark.needs("test_an_order")
async def test_nothing_is_held_while_somebody_pays(client, clock, database, fake):
    """While five pay, for 1.0 s, no connection is out of the pool, and a page takes 0.0 s."""
    item = new_item(database, 5)
    fake("charge", takes=1.0)
    paying = [asyncio.create_task(order(client, item)) for _ in range(5)]
    await clock.sleep(0.5)
    out = len(database.open_sessions)
    with clock.takes(0.0, when_somebody_has_paid=0.5):
        response = await client.get(f"/items/{item}")
    status(response, 200)
    expect(out == 0, "value", "no connection out while somebody pays", f"{out} out of the pool")
    await asyncio.gather(*paying)


@LEAVES
@pytest.mark.points(2)
@pytest.mark.needs("test_an_order")
async def test_a_payment_that_fails(answer, client, clock, database, fake, trace):
    """Declined is a 402, another failure a 500, after 1.0 s; the piece is back both times."""
    item = new_item(database, 1)
    for error, code in ((answer.DeclinedError(), 402), (RuntimeError(token()), 500)):
        fake("charge", takes=1.0, raises=error)
        response = await order(client, item)
        trace.server_errors.clear()  # that one was the suite's own doing
        await clock.sleep(0.1)
        is_left(database, item, 1)
        status(response, code)
    fake("charge", takes=1.0)
    status(await order(client, item), 201)


@LEAVES
@pytest.mark.needs("test_an_order")
async def test_an_order_that_is_cancelled(client, clock, database, fake):
    """The server cancels an order that is being paid, at 0.5 s: the piece is back."""
    item = new_item(database, 1)
    fake("charge", takes=1.0)
    asked = asyncio.create_task(order(client, item))
    await clock.sleep(0.5)
    client.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await clock.sleep(1.0)
    is_left(database, item, 1)
    status(await order(client, item), 201)


@LEAVES
@pytest.mark.points(2)
@pytest.mark.needs("test_an_order")
async def test_watchers_hear_of_each_sale(answer, client, clock, database, fake):
    """Two watchers, one at 5 s a message: each sale comes at once, and nothing else does."""
    item = new_item(database, 4)
    fake("charge", takes=1.0, raises=first_declined(answer))
    async with (
        client.websocket("/live", takes=5.0, name="the slow one") as slow,
        client.websocket("/live", name="Ann") as ann,
    ):
        status(await order(client, item), 402)
        await clock.sleep(0.5)
        heard(ann, item, 0, "Ann")
        for times in (1, 2, 3):
            start = clock.now()
            with clock.takes(1.0):
                status(await order(client, item), 201)
            await clock.sleep(0.5)
            heard(ann, item, times, "Ann")
            clock.check(start, ann.received[-1].at, 1.0, "The news of a sale came")
        await clock.sleep(20.0)
        heard(slow, item, 3, "the slow one")


@LEAVES
@pytest.mark.needs("test_watchers_hear_of_each_sale")
async def test_who_is_behind_is_put_out(client, clock, database, fake):
    """Of 15 sales, a watcher at 30 s each has ten waiting: put out, and no other one."""
    item = new_item(database, 15)
    fake("charge", takes=1.0)
    async with (
        client.websocket("/live", takes=30.0, name="the slow one") as slow,
        client.websocket("/live", name="Ann") as ann,
    ):
        for _ in range(15):
            status(await order(client, item), 201)
        await clock.sleep(60.0)
        heard(ann, item, 15, "Ann")
        for watcher, who, wanted in (
            (slow, "a slow watcher", "is put out"),
            (ann, "a quick one", "stays"),
        ):
            found = "stays" if watcher.close_code is None else "is put out"
            expect(
                found == wanted, "value", f"{who} who {wanted}", f"{who} who {found}", how="value"
            )


@LEAVES
@pytest.mark.needs("test_an_order")
async def test_nothing_is_left(answer, client, clock, database, fake, tidy):
    """After a price, a sale, a 402 and a 409 the app stops cleanly, and all is closed."""
    item = new_item(database, 1)
    fake("load_price", takes=0.5)
    fake("charge", takes=1.0, raises=first_declined(answer))
    status(await client.get(f"/items/{item}/price"), 200)
    for code in (402, 201, 409):
        status(await order(client, item), code)
    await tidy()
