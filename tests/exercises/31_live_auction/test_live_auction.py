"""Does everybody hear each bid at once, and what becomes of who is slow, or gone."""

import contextlib
import math
import random

import pytest

from grader.suite import bounded, expect, nothing_left, same
from grader.wording import count

LIMIT = 10
ABNORMAL = 1006
"""How a client sees a connection that its server gave up without a word."""


def random_bids(number):
    return [{"amount": amount} for amount in random.sample(range(1_000, 99_999), number)]


async def bid(bidder, clock, bids, every=0.1):
    """Make those bids, one every 0.1 s; when each was made."""
    moments = []
    for amount in bids:
        moments.append(clock.now())
        await bidder.send_json(amount)
        await clock.sleep(every)
    return moments


ALONE = "{who} did nothing to be put out."
BEHIND = "{who} did nothing to be put out: another bidder was behind."
THREE = "{who} had three bids waiting at most, and ten may wait."
SENDS = "Line {line} sends what comes to them."
TEN = "{who} had ten bids waiting at most, and ten may wait."


def sent(bidder, cause):
    """What a check says of what came to that bidder, or of its close: from where."""
    if bidder.line is None:
        return {}
    told = {"cause": cause.format(line=bidder.line)} if cause else {}
    return {"line": bidder.line, **told}


def heard(bidder, bids, who, why=ALONE):
    """That bidder has got exactly those bids, in that order."""
    got = [arrival.json() for arrival in bidder.received]
    closed = "" if bidder.close_code is None else ", whose connection was closed"
    expect(
        len(got) == len(bids),
        "value",
        f"{count(len(bids), 'bid')} to {who}",
        f"{count(len(got), 'bid')} to {who}{closed}",
        how="value",
        step="Look for what closes a connection, and whose it is." if closed else "",
        **sent(bidder, why.format(who=f"{who[:1].upper()}{who[1:]}") if closed else SENDS),
    )
    same(got, bids)


def in_time(clock, bidder, moments, who, **instead):
    """What has come to that bidder came at the moment when it was made."""
    for arrival, made in zip(bidder.received, moments, strict=False):
        clock.check(made, arrival.at, 0.0, f"A bid came to {who}", **instead)


def handler_ended(clock, bidder, gone):
    """The handler of who has gone has ended, at once."""
    expect(
        bidder.app_ended is not None,
        "left_open",
        "a handler that has ended",
        "the handler of a bidder who has gone",
        running=True,
    )
    clock.check(gone, bidder.app_ended, 0.0, "The handler ended")


async def is_alone(client, bidder):
    """That bidder is still connected, and GET /auction counts one."""
    expect(
        bidder.close_code is None,
        "value",
        "one who stays in the room when another one goes",
        "one whose handler ended with the other's",
        how="value",
    )
    await in_the_room(client, 1)


async def in_the_room(client, number):
    same((await client.get("/auction")).json(), {"bidders": number})


async def test_everybody_hears_each_bid(client, clock):
    """Each of three bidders gets every bid once, at once, also their own, in the same order."""
    async with (
        client.websocket("/auction", name="Ann") as ann,
        client.websocket("/auction", name="Bob") as bob,
        client.websocket("/auction", name="Cem") as cem,
    ):
        await in_the_room(client, 3)
        made = random_bids(4)
        made[2] = made[1]  # Bob bids as much as Ann
        moments = await bid(ann, clock, made[:2]) + await bid(bob, clock, made[2:])
        for bidder, who in ((ann, "Ann"), (bob, "Bob"), (cem, "Cem")):
            heard(bidder, made, who)
            in_time(clock, bidder, moments, who)


@pytest.mark.points(2)
async def test_a_slow_one_holds_up_nobody(client, clock):
    """One bidder needs 5 s for each message; the others hear three bids after 0.0 s each."""
    async with (
        client.websocket("/auction", name="Ann") as ann,
        client.websocket("/auction", takes=5.0, name="the slow one") as slow,
        client.websocket("/auction", name="Bob") as bob,
    ):
        made = random_bids(3)
        moments = await bid(ann, clock, made)
        await clock.sleep(20.0)
        for bidder, who in ((ann, "Ann"), (bob, "Bob")):
            in_time(clock, bidder, moments, who, behind_the_slow_one=5.0)
            heard(bidder, made, who)
        heard(slow, made, "the slow one", THREE)


@pytest.mark.needs("test_everybody_hears_each_bid")
async def test_a_short_pause_is_forgiven(client, clock):
    """A bidder who takes nothing for 0.5 s, while ten bids are made, gets all ten, in order."""
    async with (
        client.websocket("/auction", name="Ann") as ann,
        client.websocket("/auction", takes=0.5, name="Bob") as bob,
    ):
        made = random_bids(LIMIT)
        for amount in made:
            await ann.send_json(amount)
        bob.takes = 0.0
        await clock.sleep(1.0)
        heard(bob, made, "Bob", TEN)


@pytest.mark.points(2)
@pytest.mark.needs("test_everybody_hears_each_bid")
async def test_who_is_behind_is_put_out(client, clock):
    """Of 30 bids, 0.1 s apart, a bidder at 5 s each has ten waiting: put out by 1.2 s."""
    async with (
        client.websocket("/auction", name="Ann") as ann,
        client.websocket("/auction", takes=5.0, name="the slow one") as slow,
        client.websocket("/auction", name="Bob") as bob,
    ):
        made = random_bids(30)
        moments = await bid(ann, clock, made)
        soon = await client.get("/auction")
        await clock.sleep(200.0)
        in_time(clock, bob, moments, "Bob", behind_the_slow_one=5.0)
        heard(bob, made, "Bob", BEHIND)
        got = [arrival.json() for arrival in slow.received]
        if slow.close_code is None:
            if got == made:
                bounded(len(made) - 1, LIMIT, "bids")
            expect(
                False,
                "value",
                "30 bids in their order, or a connection that is closed",
                f"{count(len(got), 'bid')} over a connection that stays open",
                how="value",
                step="Decide what becomes of who is too far behind: nobody in the room may miss a bid.",
                **sent(slow, SENDS),
            )
        same(got, made[: len(got)])
        # A close that is said waits behind what is on its way: it needs the slow one's 5 s.
        put_out = slow.closed_at - (0.0 if slow.close_code == ABNORMAL else 5.0)
        before = sum(moment <= put_out + 0.01 for moment in moments)
        expect(
            before in (LIMIT + 1, LIMIT + 2),
            "value",
            "a connection that is closed at the eleventh or twelfth bid",
            f"one that is closed after {count(before, 'bid')}",
            how="value",
            **sent(slow, "Line {line} was the last to send something there, or to close it."),
        )
        expect(
            soon.json() == {"bidders": 2},
            "value",
            "two in the room after the 30 bids, when the slow one has been put out",
            f"{soon.text} then",
            how="value",
        )
        await in_the_room(client, 2)


@pytest.mark.points(2)
async def test_who_vanishes_is_forgotten_at_once(client, clock, trace):
    """An idle bidder's connection breaks: their handler ends at once, and the auction goes on."""
    async with (
        client.websocket("/auction", name="Ann") as ann,
        client.websocket("/auction", name="Bob") as bob,
    ):
        await bid(ann, clock, random_bids(1))
        await clock.sleep(1.0)
        gone = clock.now()
        bob.drop()
        await clock.sleep(5.0)
        handler_ended(clock, bob, gone)
        await is_alone(client, ann)
        made = random_bids(2)
        await bid(ann, clock, made)
        same([arrival.json() for arrival in ann.received[1:]], made)
    await clock.sleep(1.0)
    nothing_left(trace.leaked())


@pytest.mark.needs("test_who_vanishes_is_forgotten_at_once")
async def test_a_hall_full(client, clock):
    """Seventy hear a bid at once and vanish; the two who come then hear each other's."""
    async with contextlib.AsyncExitStack() as hall:
        seventy = [
            await hall.enter_async_context(client.websocket("/auction", name=f"bidder {number}"))
            for number in range(70)
        ]
        made = random_bids(1)
        moments = await bid(seventy[0], clock, made)
        for bidder in seventy:
            heard(bidder, made, bidder.name)
            in_time(clock, bidder, moments, bidder.name)
        for bidder in seventy:
            bidder.drop()
        await clock.sleep(5.0)
    await in_the_room(client, 0)
    async with (
        client.websocket("/auction", name="Ann") as ann,
        client.websocket("/auction", name="Bob") as bob,
    ):
        made = random_bids(2)
        await bid(ann, clock, made[:1])
        await bid(bob, clock, made[1:])
        for bidder, who in ((ann, "Ann"), (bob, "Bob")):
            heard(bidder, made, who)


async def test_who_takes_nothing_vanishes(client, clock, trace):
    """A bidder who takes nothing at all vanishes: their handler ends at once."""
    async with (
        client.websocket("/auction", name="Ann") as ann,
        client.websocket("/auction", takes=math.inf, name="Bob") as bob,
    ):
        await bid(ann, clock, random_bids(2))
        gone = clock.now()
        bob.drop()
        await clock.sleep(5.0)
        handler_ended(clock, bob, gone)
        await is_alone(client, ann)
    await clock.sleep(1.0)
    nothing_left(trace.leaked())


@pytest.mark.needs("test_everybody_hears_each_bid")
async def test_the_app_stops_at_once(client, clock, tidy):
    """With two in the room, one of them taking nothing, the app stops after 0.0 s, and tidily."""
    async with (
        client.websocket("/auction", name="Ann") as ann,
        client.websocket("/auction", takes=math.inf, name="Bob"),
        client.websocket("/auction", name="Cem") as cem,
    ):
        await bid(ann, clock, random_bids(2))
        cem.close()
        await bid(ann, clock, random_bids(2))
        with clock.stops(0.0, until_they_are_cut_off=10.0):
            await client.stop(grace=10.0)
    await clock.sleep(1.0)
    await tidy()
