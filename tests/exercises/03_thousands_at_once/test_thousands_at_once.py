"""Do thousands of requests wait together, without a thread each, and is each answer its own."""

import asyncio
import random
import threading
from types import SimpleNamespace

import pytest

from grader.suite import at_most, called, not_hidden, same, status, token

STATES = ("at the depot", "on its way", "delivered", "delivered next door", "undelivered", "", "Delivered ")
DRIVERS = ("find_status", "find_status_blocking")


def some_parcels(number):
    return {f"{token()}-P{place}": random.choice(STATES) for place in range(number)}


def depot(fake, parcels, takes=1.0, raises=None):
    """Both drivers of the depot's database; `threads` are those that waited in one of them."""
    threads = set()

    def seconds(tracking_id):
        threads.add(threading.get_ident())
        return takes(tracking_id) if callable(takes) else takes

    def answer(tracking_id):
        return parcels.get(tracking_id)

    drivers = [fake(name, takes=seconds, returns=answer, raises=raises) for name in DRIVERS]
    return SimpleNamespace(drivers=drivers, threads=threads)


def asked(store):
    return sum(len(driver.calls) for driver in store.drivers)


def was_asked(store, times, parcels=0):
    """So often; with `parcels`, requests for one parcel at one moment may share a call."""
    ran = asked(store)
    if not parcels <= ran <= times or not parcels:
        called("find_status", ran, times)


async def test_one_parcel(client, clock, fake):
    """One parcel's status is there after the 1 s that the depot takes, asked for once."""
    [(parcel, state)] = some_parcels(1).items()
    for number in (parcel, f"a {parcel}"):
        store = depot(fake, {number: state})
        with clock.takes(1.0, when_asked_twice=2.0):
            response = await client.get(f"/parcels/{number}")
        status(response, 200)
        same(response.json(), {"parcel": number, "status": state})
        was_asked(store, 1)


async def test_delivered_or_not(client, clock, fake):
    """The key "delivered" is true for a delivered parcel and false for the others."""
    parcels = {f"{token()}-{place}": state for place, state in enumerate(STATES)}
    depot(fake, parcels, takes=0.3)
    for parcel, state in parcels.items():
        with clock.takes(0.3, when_asked_twice=0.6):
            response = await client.get(f"/parcels/{parcel}/delivered")
        status(response, 200)
        same(response.json(), {"parcel": parcel, "delivered": state == "delivered"})


@pytest.mark.points(2)
async def test_two_thousand_at_once(client, clock, fake):
    """A thousand and one requests for each address, all together, are answered after 1.0 s."""
    parcels = some_parcels(1_001)
    store = depot(fake, parcels)
    paths = [f"/parcels/{parcel}{end}" for parcel in parcels for end in ("", "/delivered")]
    with clock.takes(1.0, a_hundred_at_a_time=21.0, with_forty_threads=51.0, one_at_a_time=2002.0):
        responses = await asyncio.gather(*(client.get(path) for path in paths))
    for parcel, first, second in zip(parcels, responses[::2], responses[1::2], strict=True):
        status(first, 200)
        status(second, 200)
        same(first.json(), {"parcel": parcel, "status": parcels[parcel]})
        delivered = parcels[parcel] == "delivered"
        same(second.json(), {"parcel": parcel, "delivered": delivered})
    was_asked(store, 2 * len(parcels), parcels=len(parcels))


async def test_no_thread_waits_along(client, fake):
    """Two hundred requests wait on the loop's own thread: no other thread waits for the depot."""
    parcels = some_parcels(100)
    store = depot(fake, parcels)
    paths = [f"/parcels/{parcel}{end}" for parcel in parcels for end in ("", "/delivered")]
    for response in await asyncio.gather(*(client.get(path) for path in paths)):
        status(response, 200)
    was_asked(store, 200, parcels=100)
    others = len(store.threads - {threading.get_ident()})
    told = f"{others} threads that waited for the depot"
    alone = "no thread beside the loop's own"
    at_most(others, 0, "find_status", expected=alone, actual=told)


async def test_a_quick_one_overtakes(client, clock, fake):
    """A parcel that the depot finds in 0.5 s is answered after 0.5 s, beside 99 of 1.5 s."""
    parcels = some_parcels(100)
    quick = random.choice(list(parcels))
    depot(fake, parcels, takes=lambda tracking_id: 0.5 if tracking_id == quick else 1.5)
    start = clock.now()
    others = [
        asyncio.create_task(client.get(f"/parcels/{parcel}"))
        for parcel in parcels
        if parcel != quick
    ]
    await clock.sleep(0)
    response = await client.get(f"/parcels/{quick}")
    clock.check(start, clock.now(), 0.5)
    same(response.json(), {"parcel": quick, "status": parcels[quick]})
    await asyncio.gather(*others)
    clock.check(start, clock.now(), 1.5)


async def test_an_unknown_parcel_is_a_404(client, fake):
    """A parcel that the depot does not know is a 404 at both addresses, a known one is a 200."""
    parcels = some_parcels(5)
    depot(fake, parcels)
    for parcel in parcels:
        status(await client.get(f"/parcels/{parcel}"), 200)
        status(await client.get(f"/parcels/{parcel}/delivered"), 200)
    unknown = token()
    status(await client.get(f"/parcels/{unknown}"), 404)
    status(await client.get(f"/parcels/{unknown}/delivered"), 404)


async def test_the_status_is_fresh(client, fake):
    """A parcel whose status changes is answered with the new status, at both addresses."""
    parcel = token()
    parcels = {parcel: STATES[0]}
    depot(fake, parcels)
    for state in (*STATES, "delivered", None, STATES[0]):
        parcels[parcel] = state
        response = await client.get(f"/parcels/{parcel}")
        if state is None:
            status(response, 404)
            continue
        status(response, 200)
        same(response.json(), {"parcel": parcel, "status": state})
        response = await client.get(f"/parcels/{parcel}/delivered")
        same(response.json(), {"parcel": parcel, "delivered": state == "delivered"})


async def test_a_failed_lookup_is_no_success(client, fake):
    """When the depot fails for one parcel of twenty, that response is not a 200; the others are."""
    parcels = some_parcels(20)
    lost = random.choice(list(parcels))
    problem = ConnectionError("the depot does not answer")
    depot(fake, parcels, raises=lambda tracking_id: problem if tracking_id == lost else None)
    for end in ("", "/delivered"):
        paths = [f"/parcels/{parcel}{end}" for parcel in parcels]
        responses = await asyncio.gather(*map(client.get, paths))
        for parcel, response in zip(parcels, responses, strict=True):
            if parcel == lost:
                not_hidden(response)
            else:
                status(response, 200)
