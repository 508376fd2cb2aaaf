"""Do both halves of a transfer happen, or neither, whatever cuts it off."""

import asyncio
import random

import pytest

from grader.suite import not_hidden, same, status, token, whole

pytestmark = [
    pytest.mark.except_for("in_a_crowd", "the others would move money of the same two accounts"),
    pytest.mark.except_for("stretched", "the given endpoint gives each transfer 1.0 s"),
]

AMOUNT = 40


@pytest.fixture
def accounts(client, database):
    """Two new accounts in the app's own file: their ids."""
    ids = random.sample(range(10_000, 99_999), 2)
    made = [(id, random.randint(500, 900)) for id in ids]
    database.run("INSERT INTO accounts VALUES (?, ?)", made)
    return ids


@pytest.fixture
def frozen(client, database):
    """An account whose balance the database refuses to change: its id."""
    id = random.randint(1_000, 9_999)
    database.run("INSERT INTO accounts VALUES (?, ?)", [(id, random.randint(500, 900))])
    database.run(
        f"CREATE TRIGGER frozen BEFORE UPDATE ON accounts WHEN OLD.id = {id} "
        "BEGIN SELECT RAISE(ABORT, 'this account is frozen'); END"
    )
    return id


def balances(database, accounts):
    found = dict(database.run("SELECT id, balance FROM accounts"))
    return [found[id] for id in accounts]


def moved(before, amount=AMOUNT):
    first, second = before
    return [first - amount, second + amount]


def transfer(client, source, target, amount=AMOUNT):
    wanted = {"source": source, "target": target, "amount": amount}
    return client.post("/transfers", json=wanted)


async def take_a_note(client, clock, text):
    """A neighbour's note: whatever their connection has open is committed with it."""
    status(await client.post(f"/notes/{text}"), 200)
    await clock.sleep(5.0)


@pytest.mark.except_for("someone_leaves", "the other one would move money of these accounts")
@pytest.mark.points(2)
async def test_the_money_moves(client, database, accounts):
    """A transfer answers {"moved": amount}; one balance has it less, the other one more."""
    for amount in random.sample(range(1, 200), 2):
        before = balances(database, accounts)
        response = await transfer(client, *accounts, amount)
        status(response, 200)
        same(response.json(), {"moved": amount})
        whole(balances(database, accounts), before, moved(before, amount), done=True)


@pytest.mark.needs("test_the_money_moves")
async def test_an_unknown_account_changes_nothing(client, clock, database, accounts):
    """With an account that is not there, as source or as target: 404, both balances as before."""
    before = balances(database, accounts)
    source, target = accounts
    unknown = random.randint(100_000, 999_999)
    for wanted in ((unknown, target), (source, unknown)):
        response = await transfer(client, *wanted)
        await clock.sleep(1.0)  # threads that are ready at the same moment run in any order
        status(response, 404)
        await take_a_note(client, clock, token())
        whole(balances(database, accounts), before, moved(before), done=False)
    database.run("INSERT INTO accounts VALUES (?, ?)", [(unknown, 500)])
    status(await transfer(client, unknown, target), 200)  # it has been opened since


@pytest.mark.needs("test_the_money_moves")
async def test_a_frozen_target_changes_nothing(client, clock, database, trace, accounts, frozen):
    """The database refuses the second statement: an error status, both balances as before."""
    both = [accounts[0], frozen]
    before = balances(database, both)
    response = await transfer(client, *both)
    trace.server_errors.clear()  # that one was the suite's own doing
    await take_a_note(client, clock, token())
    not_hidden(response, "The second statement")
    whole(balances(database, both), before, moved(before), done=False)


@pytest.mark.points(2)
@pytest.mark.needs("test_the_money_moves")
async def test_cut_off_in_its_first_statement(client, clock, database, accounts):
    """Statements of 1.2 s: cut off in the first one with a 504, both balances as before."""
    before = balances(database, accounts)
    database.latency = 1.2
    response = await transfer(client, *accounts)
    database.latency = 0.0
    status(response, 504)
    await clock.sleep(5.0)
    await take_a_note(client, clock, token())
    whole(balances(database, accounts), before, moved(before), done=False)


@pytest.mark.points(2)
@pytest.mark.needs("test_the_money_moves")
async def test_cut_off_in_its_second_statement(client, clock, database, accounts):
    """Statements of 0.7 s: after a 504 both balances are as before, after a 200 both have moved."""
    before = balances(database, accounts)
    database.latency = 0.7
    response = await transfer(client, *accounts)
    database.latency = 0.0
    if response.status_code != 200:  # a single statement is done in time
        status(response, 504)
    await clock.sleep(5.0)
    await take_a_note(client, clock, token())
    done = response.status_code == 200
    whole(balances(database, accounts), before, moved(before), done=done)


@pytest.mark.points(2)
@pytest.mark.needs("test_the_money_moves")
async def test_a_neighbour_keeps_what_they_wrote(client, clock, database, accounts):
    """A note comes in during a transfer that is cut off: a 200, and the note is stored."""
    database.latency = 0.7
    text = token()
    cut_off = asyncio.create_task(transfer(client, *accounts))
    await clock.sleep(0.2)
    noted = await client.post(f"/notes/{text}")
    await cut_off
    database.latency = 0.0
    await clock.sleep(5.0)
    status(noted, 200)
    same(database.run(f"SELECT text FROM notes WHERE text = '{text}'"), [(text,)])


@pytest.mark.except_for("someone_leaves", "the other one would move money of these accounts")
@pytest.mark.needs("test_the_money_moves")
async def test_ten_transfers_at_once(client, database, accounts):
    """Ten transfers of 1, six there and four back, at once: all are 200, and no money is lost."""
    database.latency = lambda sql: 0.02 if sql == "COMMIT" else 0.01
    before = balances(database, accounts)
    pairs = [accounts] * 6 + [accounts[::-1]] * 4
    responses = await asyncio.gather(*(transfer(client, *pair, 1) for pair in pairs))
    database.latency = 0.0
    for response in responses:
        status(response, 200)
    whole(balances(database, accounts), before, moved(before, 2), done=True)


@pytest.mark.needs("test_the_money_moves")
async def test_nothing_is_left(client, clock, database, accounts, tidy):
    """After a 200, a 404 and a 504 every connection is closed, and the app stops cleanly."""
    status(await transfer(client, *accounts), 200)
    status(await transfer(client, accounts[0], random.randint(100_000, 999_999)), 404)
    database.latency = 1.2
    status(await transfer(client, *accounts), 504)
    database.latency = 0.0
    await clock.sleep(5.0)
    await tidy()
