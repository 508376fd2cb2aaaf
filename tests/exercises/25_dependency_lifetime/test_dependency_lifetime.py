"""Does each session live as long as its work, and no longer."""

import asyncio
import random

import pytest

from grader.suite import expect, nothing_left, same, status, token

pytestmark = [
    pytest.mark.except_for("in_a_crowd", "the pool has two connections for everybody"),
]


@pytest.fixture
def key(client, database):
    """The key of a screen that no answer can know."""
    made = token()
    database.run("INSERT INTO screens (key) VALUES (?)", [(made,)])
    return made


def stored_orders(database, count):
    """So many orders, and no others: the text of their list."""
    database.run("DELETE FROM orders")
    ids = sorted(random.sample(range(10_000, 99_999), count))
    rows = [(id, token()) for id in ids]
    database.run("INSERT INTO orders (id, item) VALUES (?, ?)", rows)
    return "".join(f"{id},{item}\n" for id, item in rows)


def prices(client, key):
    return client.stream("GET", "/prices", headers={"key": key})


def given_back(database):
    nothing_left(database.open_sessions, "every connection back in the pool")


def nothing_is_out(database, while_):
    out = len(database.open_sessions)
    expect(out == 0, "value", f"no connection out while {while_}", f"{out} out of the pool")


async def a_page(client, clock, seconds, **instead):
    """A page that only reads is answered after so many seconds."""
    with clock.takes(seconds, what="A page that only reads was answered", **instead):
        response = await client.get("/count")
    await clock.sleep(0.1)  # its dependency ends after the response has left
    status(response, 200)


async def test_a_key_that_nobody_has(client, clock, database, fake, key):
    """An unknown key is a 401, three times; nothing is out, and a page takes 0.1 s."""
    fake("next_price", takes=10.0)
    database.latency = 0.1
    for _ in range(3):
        with clock.takes(0.1):
            response = await client.get("/prices", headers={"key": token()})
        await clock.sleep(0.5)
        status(response, 401)
        given_back(database)
    await a_page(client, clock, 0.1)


async def test_a_screen_hears_of_prices(client, clock, database, fake, key):
    """With a known key three prices come, at 10.0, 20.0 and 30.0 s."""
    price = fake("next_price", takes=10.0)
    async with prices(client, key) as page:
        status(page, 200)
        body = await page.read()
    told = [call.result for call in price.calls]
    same(body.decode(), "".join(f"data: {text}\n\n" for text in told))
    for piece, at in zip(page.pieces, (10.0, 20.0, 30.0), strict=True):
        clock.check(page.asked, piece.at, at, "A price came")


@pytest.mark.points(2)
@pytest.mark.needs("test_a_screen_hears_of_prices")
async def test_a_page_beside_two_screens(client, clock, database, fake, key):
    """While two screens wait for prices, a page takes 0.1 s, not 29.1 s."""
    fake("next_price", takes=10.0)
    async with prices(client, key) as first, prices(client, key) as second:
        for page in (first, second):
            status(page, 200)
        await clock.sleep(1.0)
        database.latency = 0.1
        await a_page(client, clock, 0.1, when_a_screen_is_done=29.1)


@pytest.mark.points(2)
@pytest.mark.needs("test_a_screen_hears_of_prices")
async def test_nothing_is_out_while_a_screen_waits(client, clock, database, fake, key):
    """While a screen waits, no connection is out of the pool."""
    fake("next_price", takes=10.0)
    for _ in range(2):
        async with prices(client, key) as page:
            status(page, 200)
            await clock.sleep(1.0)
            nothing_is_out(database, "a screen waits")


@pytest.mark.points(2)
async def test_the_list(client, clock, database):
    """A list of three pages, 1.0 s each: the first comes at 1.0 s, all of it at 3.0 s."""
    text = stored_orders(database, 250)
    database.latency = 1.0
    async with client.stream("GET", "/orders.csv") as page:
        status(page, 200)
        body = await page.read()
    same(body.decode(), text)
    first, last = page.pieces[0].at, page.pieces[-1].at
    expect(
        first < last,
        "value",
        "the first page at 1.0 s",
        f"the first page at {first - page.asked:.1f} s, with the last",
        how="value",
        cause="Pages that were there before were kept back until then.",
        step="Hand on each page as soon as it is read, before you read the next one.",
    )
    clock.check(page.asked, first, 1.0, "The first page came")
    clock.check(page.asked, last, 3.0, "The last page came")


@pytest.mark.points(2)
@pytest.mark.needs("test_the_list")
async def test_the_list_gives_its_connection_back(client, clock, database):
    """A list's connection is out while it is read, and back at its end; the third list, too."""
    stored_orders(database, 250)
    database.latency = 1.0
    for _ in range(3):
        async with client.stream("GET", "/orders.csv") as page:
            await clock.sleep(1.5)
            out = len(database.open_sessions)
            expect(out == 1, "value", "1 connection out at 1.5 s", f"{out} connections")
            await page.read()
        await clock.sleep(0.1)
        given_back(database)


@pytest.mark.needs("test_the_list_gives_its_connection_back")
async def test_the_reader_of_a_list_leaves(client, clock, database):
    """The reader leaves at 1.5 s: the query of 1.0 s ends at 2.0 s, and the connection is back."""
    stored_orders(database, 250)
    for _ in range(3):
        database.latency = 1.0
        async with client.stream("GET", "/orders.csv"):
            await clock.sleep(1.5)
        await clock.sleep(0.6)  # a query that is under way ends first
        given_back(database)
        database.latency = 0.1
        await a_page(client, clock, 0.1)


@pytest.mark.points(2)
async def test_an_order(client, clock, database, fake):
    """An order is stored and counted, in 1.0 s; its e-mail of 2.0 s is sent after the response."""
    stored_orders(database, 3)
    item = token()
    email = fake("send_email", takes=2.0, background=True)
    database.latency = 0.5
    for count in (1, 2):
        with clock.takes(1.0, with_the_email=3.0):
            response = await client.post(f"/orders/{item}")
        status(response, 201)
        ((id,),) = database.run(f"SELECT max(id) FROM orders WHERE item = '{item}'")
        same(response.json(), {"order": id, "of_this_item": count})
        await clock.sleep(2.5)
        email.was_called(count)
        same(email.calls[-1].arguments, {"order": id})


@pytest.mark.points(2)
@pytest.mark.needs("test_an_order")
async def test_nothing_is_out_while_an_email_is_sent(client, clock, database, fake):
    """Two e-mails of 2.0 s are sent: both connections are back, and a page takes 0.1 s."""
    fake("send_email", takes=2.0, background=True)
    await asyncio.gather(*(client.post(f"/orders/{token()}") for _ in range(2)))
    await clock.sleep(0.3)
    nothing_is_out(database, "an e-mail is sent")
    database.latency = 0.1
    await a_page(client, clock, 0.1, when_an_email_is_sent=1.8)


@pytest.mark.needs("test_a_screen_hears_of_prices", "test_an_order")
@pytest.mark.needs("test_the_list_gives_its_connection_back")
async def test_nothing_is_left(client, clock, database, fake, key, tidy):
    """After a screen, a list and an order the app stops cleanly, and all is closed."""
    fake("next_price", takes=10.0)
    fake("send_email", takes=2.0, background=True)
    async with prices(client, key) as page:
        await page.chunk()
    async with client.stream("GET", "/orders.csv") as page:
        await page.read()
    status(await client.post(f"/orders/{token()}"), 201)
    await tidy()
