"""Does the lookup answer rightly, does it overlap, and does it give every session back."""

import asyncio
import random

import pytest
from fastapi import Depends

from grader.suite import expect, nothing_left, same, status, token

pytestmark = [
    pytest.mark.except_for('in_a_crowd', 'the pool has fifteen connections for everybody'),
]

POOL = 15
"""Connections that the given engine opens at most."""


def new_users(database, count):
    """Users whom no answer can know, straight into the file that the app opened."""
    ids = random.sample(range(10_000, 99_999), count)
    users = [{"id": id, "name": token(), "email": f"{token()}@example.com"} for id in ids]
    database.run("INSERT INTO users (id, name, email) VALUES (?, ?, ?)", map(dict.values, users))
    return users


async def ask(client, clock, user_id):
    response = await client.get(f"/users/{user_id}")
    await clock.sleep(0.2)  # a dependency ends after the response has left
    return response


def all_given_back(database):
    nothing_left(database.open_sessions, "every connection back in the pool")


@pytest.mark.points(2)
async def test_a_user_is_found(client, clock, database):
    """GET /users/{user_id} answers with the id, name and e-mail of that user, as stored now."""
    first, second = new_users(database, 2)
    for user in (first, second, first):
        response = await ask(client, clock, user["id"])
        status(response, 200)
        same(response.json(), user)
    second["name"], second["email"] = f"Zoë {token()}", ""
    database.run("UPDATE users SET name = ?, email = ? WHERE id = ?", [(second["name"], "", second["id"])])
    response = await ask(client, clock, second["id"])
    status(response, 200)
    same(response.json(), second)


async def test_an_unknown_id_is_a_404(client, clock, database):
    """An id that nobody has is answered with status 404, until somebody has it."""
    ids = sorted(user["id"] for user in new_users(database, 3))
    unknown = [random.randint(100_000, 999_999), ids[1] - 1, ids[1] + 1]  # also beside a known one
    database.run("DELETE FROM users WHERE id = ?", [[user_id] for user_id in unknown])
    for user_id in unknown:
        status(await ask(client, clock, user_id), 404)
    joined = {"id": unknown[0], "name": token(), "email": f"{token()}@example.com"}
    database.run("INSERT INTO users (id, name, email) VALUES (?, ?, ?)", [tuple(joined.values())])
    response = await ask(client, clock, joined["id"])
    status(response, 200)
    same(response.json(), joined)


async def test_ten_lookups_take_one_querys_time(client, clock, database):
    """Ten lookups together take as long as one query, 0.3 s, and read no other user's row."""
    users = new_users(database, 109)[100:]
    users.append(users[0])
    await ask(client, clock, users[0]["id"])  # on the real clock the first one is slower
    read = database.rows
    database.latency = 0.3
    with clock.takes(0.3, one_request_at_a_time=3.0):
        responses = await asyncio.gather(*(client.get(f"/users/{u['id']}") for u in users))
    await clock.sleep(0.2)
    for user, response in zip(users, responses, strict=True):
        status(response, 200)
        same(response.json(), user)
    rows = database.rows - read
    expect(rows < 100, "value", "1 row read for each of 10 lookups", f"{rows} rows read")


@pytest.mark.except_for('again', 'it counts the connections of an app that has just started')
@pytest.mark.except_for('after_failures', 'it counts the connections of an app that has just started')
@pytest.mark.except_for('someone_leaves', 'it counts the connections of an app that has just started')
@pytest.mark.except_for('started_again', 'it counts the connections of an app that has just started')
async def test_fifty_lookups_give_everything_back(client, clock, database):
    """After fifty lookups no connection is still out, and the pool opened no more than 15."""
    users = new_users(database, 50)
    database.latency = 0.3
    await ask(client, clock, users[0]["id"])
    all_given_back(database)
    responses = await asyncio.gather(*(ask(client, clock, u["id"]) for u in users[1:]))
    for user, response in zip(users[1:], responses, strict=True):
        status(response, 200)
        same(response.json(), user)
    all_given_back(database)
    expect(
        database.connections <= POOL,
        "called_too_often",
        f"at most {POOL} connections to the database",
        f"{database.connections} connections",
        name="The code that opens a connection",
        times=f"at most {POOL}",
        ran=database.connections,
    )


async def test_a_404_gives_the_session_back(client, clock, database):
    """A lookup that ends in a 404 gives its session back as well."""
    (user,) = new_users(database, 1)
    status(await ask(client, clock, user["id"]), 200)
    response = await ask(client, clock, random.randint(100_000, 999_999))
    all_given_back(database)
    status(response, 404)


async def test_a_failing_query_gives_the_session_back(client, clock, database, trace):
    """When the query itself fails, the session is given back, and the next lookup works."""
    (user,) = new_users(database, 1)
    database.run("ALTER TABLE users RENAME TO mislaid")
    await ask(client, clock, user["id"])
    trace.server_errors.clear()  # that one was the suite's own doing
    all_given_back(database)
    database.run("ALTER TABLE mislaid RENAME TO users")
    response = await ask(client, clock, user["id"])
    status(response, 200)
    same(response.json(), user)


@pytest.mark.usefixtures("database")
@pytest.mark.inside("it adds a route to the app")
@pytest.mark.except_for('again', 'it adds a route to the app, once')
@pytest.mark.except_for('after_failures', 'it adds a route to the app, once')
@pytest.mark.except_for('started_again', 'it adds a route to the app, once')
async def test_each_request_has_a_session_of_its_own(answer, client, clock, trace):
    """Two requests that are under way at the same time hold two different sessions."""
    seen = []

    async def visit(session=Depends(answer.get_async_db)):  # noqa: B008 - FastAPI's way
        seen.append(getattr(session, "identity_map", session))  # what each session has alone
        with trace.span("visit", f"visit {len(seen)}"):
            await clock.sleep(1.0)
        return {"visited": True}

    app = answer.app
    while not hasattr(app, "add_api_route"):
        app = app.app  # middleware around it
    app.add_api_route("/visit", visit)
    app.router.routes.insert(0, app.router.routes.pop())  # before a route for every path
    with clock.takes(1.0, one_request_at_a_time=2.0):
        first, second = await asyncio.gather(client.get("/visit"), client.get("/visit"))
    status(first, 200)
    status(second, 200)
    expect(seen[0] is not seen[1], "value", "two sessions", "one session in both requests")
