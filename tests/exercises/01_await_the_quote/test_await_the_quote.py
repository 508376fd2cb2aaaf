"""Is the quote awaited, is the audit stored before the answer leaves, and is neither forgotten."""

import asyncio
import random

import pytest

from grader.suite import expect, not_hidden, same, status


def random_parcel():
    return random.randint(10_000, 99_999)


def two_parcels():
    return random.sample(range(10_000, 99_999), 2)


def random_price(parcel_id):
    return (10 * random.randint(400, 4_000) + 5) / 1_000


@pytest.mark.points(2)
async def test_a_quote_takes_the_couriers_time(client, clock, fake):
    """One quote takes the 0.4 s that the courier needs, and nothing on top."""
    courier = fake("fetch_quote", takes=0.4, returns=random_price)
    fake("save_audit", takes=0.0, returns=None)
    with clock.takes(0.4, when_fetched_twice=0.8):
        response = await client.get(f"/quotes/{random_parcel()}")
    status(response, 200)
    courier.was_called(1)


async def test_the_answer_is_the_couriers_price(client, fake):
    """The response holds the parcel's number and the price that the courier named for it."""
    courier = fake("fetch_quote", takes=0.4, returns=random_price)
    fake("save_audit", takes=0.0, returns=None)
    for times, parcel in enumerate((random_parcel(), random.randint(1, 99)), 1):
        response = await client.get(f"/quotes/{parcel}")
        status(response, 200)
        courier.was_called(times)
        price = courier.result_for(parcel)
        same(response.json(), {"parcel": parcel, "price": price})


async def test_the_audit_is_stored_before_the_answer(client, clock, fake):
    """With a quote of 0.7 s and an audit of 0.3 s, the response leaves after 1.0 s, audited."""
    courier = fake("fetch_quote", takes=0.7, returns=random_price)
    audit = fake("save_audit", takes=0.3, returns=None)
    parcel = random_parcel()
    with clock.takes(1.0, without_the_audit=0.7):
        response = await client.get(f"/quotes/{parcel}")
    status(response, 200)
    audit.was_called_once_with(parcel, courier.result)


async def test_fifty_customers_at_once(client, clock, fake):
    """Fifty quotes asked for together are all there after 0.4 s, each audited once."""
    courier = fake("fetch_quote", takes=0.4, returns=random_price)
    audit = fake("save_audit", takes=0.0, returns=None)
    parcels = random.sample(range(10_000, 99_999), 50)
    with clock.takes(0.4, forty_at_a_time=0.8, one_at_a_time=20.0):
        responses = await asyncio.gather(*(client.get(f"/quotes/{parcel}") for parcel in parcels))
    for parcel, response in zip(parcels, responses, strict=True):
        status(response, 200)
        same(response.json(), {"parcel": parcel, "price": courier.result_for(parcel)})
    audit.was_called(50)


async def test_nothing_is_left_unawaited(client, fake):
    """Every call that the request makes is awaited: one quote and one audit, none left over."""
    courier = fake("fetch_quote", takes=0.4, returns=random_price)
    audit = fake("save_audit", takes=0.0, returns=None)
    response = await client.get(f"/quotes/{random_parcel()}")
    status(response, 200)
    for function in (courier, audit):
        function.was_called(1)
        made = len(function.calls)
        expect(
            made == 1,
            "not_called",
            f"{function.name} called once and awaited",
            f"{made} calls, 1 of them awaited",
            name=function.name,
            ran=1,
        )


async def test_no_price_is_a_404(client, fake):
    """Where no courier goes (no price), the status is 404, and only real prices are audited."""
    near, far = two_parcels()
    nowhere = {far}

    def price_of(parcel_id):
        return None if parcel_id in nowhere else random_price(parcel_id)

    courier = fake("fetch_quote", takes=0.4, returns=price_of)
    audit = fake("save_audit", takes=0.0, returns=None)
    status(await client.get(f"/quotes/{far}"), 404)
    status(await client.get(f"/quotes/{near}"), 200)
    audit.was_called_once_with(near, courier.result_for(near))
    courier.was_called(2)
    nowhere.clear()
    response = await client.get(f"/quotes/{far}")
    status(response, 200)
    same(response.json(), {"parcel": far, "price": courier.result_for(far)})


async def test_a_failed_audit_is_no_success(client, fake):
    """When one audit of two cannot be stored, that response is not a 200, and the other one is."""
    good, bad = two_parcels()

    def refuse(parcel_id, price):
        return OSError("the disk is full") if parcel_id == bad else None

    fake("fetch_quote", takes=0.4, returns=random_price)
    fake("save_audit", takes=0.3, returns=None, raises=refuse)
    stored, failed = await asyncio.gather(
        client.get(f"/quotes/{good}"), client.get(f"/quotes/{bad}")
    )
    status(stored, 200)
    not_hidden(failed, "save_audit")


async def test_a_failed_quote_is_no_success(client, fake):
    """A quote comes and is audited; the next one fails, is not a 200 and is not audited."""
    good, bad = two_parcels()

    def refuse(parcel_id):
        return ConnectionError("the courier does not answer") if parcel_id == bad else None

    courier = fake("fetch_quote", takes=0.4, returns=random_price, raises=refuse)
    audit = fake("save_audit", takes=0.0, returns=None)
    status(await client.get(f"/quotes/{good}"), 200)
    audit.was_called_once_with(good, courier.result_for(good))
    failed = await client.get(f"/quotes/{bad}")
    not_hidden(failed, "fetch_quote")
    audit.was_called(1)
