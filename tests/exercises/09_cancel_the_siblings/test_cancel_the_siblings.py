"""Are three bookings made together, and called off together when one of them fails."""

import asyncio
import random

import anyio
import pytest

from grader.suite import expect, none_outlived, same, status, token

CLASSES = pytest.mark.except_for("odd_values", "one class of exceptions is a 409, all others a 500")

PARTS = {"flight": "book_flight", "hotel": "book_hotel", "car": "book_car"}


def random_trip():
    return random.randint(10_000, 99_999)


def booked(trip):
    return {"trip": trip, "number": token()}


@pytest.fixture
def three(answer, fake):
    """Stand-ins for all three; those in `sold_out` raise Unavailable, or whatever `error` makes."""

    def stand_in(takes, sold_out=(), error=None, undo=0.0):
        def raises(part):
            return lambda trip: (error or answer.Unavailable)(token()) if part in sold_out else None

        return {
            part: fake(
                name, takes=takes.get(part, 1.0), returns=booked, raises=raises(part), undo=undo
            )
            for part, name in PARTS.items()
        }

    return stand_in


def all_asked(fakes, trip):
    for part in fakes.values():
        part.was_called_once_with(trip)


async def nothing_goes_on(clock, trace, response, left):
    """None of the three calls has outlived the response."""
    await clock.sleep(3.0)
    for name in PARTS.values():
        none_outlived(trace.named(name), response, left)


@pytest.mark.points(2)
async def test_all_three_at_the_same_time(client, clock, three):
    """A flight of 1.0 s, a hotel of 0.6 s and a car of 0.8 s are booked after 1.0 s, not 2.4 s."""
    trip = random_trip()
    fakes = three({"flight": 1.0, "hotel": 0.6, "car": 0.8})
    with clock.takes(1.0, one_by_one=2.4):
        response = await client.post(f"/trips/{trip}")
    status(response, 200)
    all_asked(fakes, trip)
    same(response.json(), {part: fakes[part].result for part in PARTS})


@pytest.mark.points(2)
@CLASSES
async def test_no_flight_no_trip(client, clock, three, trace):
    """The flight is sold out after 0.2 s: a 409 at 0.2 s, and hotel and car end with it."""
    trip = random_trip()
    fakes = three({"flight": 0.2}, sold_out=("flight",))
    start = clock.now()
    response = await client.post(f"/trips/{trip}")
    end = clock.now()
    status(response, 409)
    all_asked(fakes, trip)
    clock.check(start, end, 0.2, until_the_last_has_ended=1.0)
    await nothing_goes_on(clock, trace, response, end)


@CLASSES
async def test_whichever_is_sold_out(client, clock, three, trace):
    """The hotel is sold out after 0.3 s, then a car after 0.4 s: a 409 then, and nothing goes on."""
    for part, moment in (("hotel", 0.3), ("car", 0.4)):
        three({part: moment}, sold_out=(part,))
        start = clock.now()
        response = await client.post(f"/trips/{random_trip()}")
        end = clock.now()
        status(response, 409)
        clock.check(start, end, moment, until_the_last_has_ended=1.0)
        await nothing_goes_on(clock, trace, response, end)


@CLASSES
async def test_two_are_sold_out(client, clock, three, trace):
    """Flight and car are sold out at the same moment: a 409 at 0.2 s, and the hotel ends."""
    three({"flight": 0.2, "car": 0.2}, sold_out=("flight", "car"))
    start = clock.now()
    response = await client.post(f"/trips/{random_trip()}")
    end = clock.now()
    status(response, 409)
    clock.check(start, end, 0.2, until_the_last_has_ended=1.0)
    await nothing_goes_on(clock, trace, response, end)


@pytest.mark.points(2)
@pytest.mark.except_for("in_a_crowd", "the hotel is the suite's own, and counts every guest")
@pytest.mark.except_for("someone_leaves", "the hotel is the suite's own, and counts every guest")
@CLASSES
async def test_calling_off_takes_a_moment(answer, client, clock, three, trace):
    """A hotel that needs 0.1 s to call off its booking has done so when the 409 leaves, at 0.3 s."""
    three({"flight": 0.2}, sold_out=("flight",))

    async def book_hotel(trip):
        with trace.span("book_hotel", f"book_hotel({trip})"):
            try:
                await clock.sleep(1.0)
            except asyncio.CancelledError:
                with anyio.CancelScope(shield=True):  # a group of anyio's cancels again and again
                    await clock.sleep(0.1)
                raise
        return booked(trip)

    answer.replace("book_hotel", book_hotel)
    start = clock.now()
    response = await client.post(f"/trips/{random_trip()}")
    end = clock.now()
    status(response, 409)
    await nothing_goes_on(clock, trace, response, end)
    clock.check(start, end, 0.3, until_the_last_has_ended=1.0)
    for part in PARTS:  # now all three need a moment, and a long one
        three({part: 0.2}, sold_out=(part,), undo=2.0)
        start = clock.now()
        response = await client.post(f"/trips/{random_trip()}")
        end = clock.now()
        status(response, 409)
        await nothing_goes_on(clock, trace, response, end)
        clock.check(start, end, 2.2)


@CLASSES
async def test_something_is_broken(client, clock, three, trace):
    """An exception of another kind is a 500 at 0.2 s, not a 409, and the others end as well."""
    three({"hotel": 0.2}, sold_out=("hotel",), error=ZeroDivisionError)
    start = clock.now()
    response = await client.post(f"/trips/{random_trip()}")
    end = clock.now()
    trace.server_errors.clear()
    status(response, 500)
    clock.check(start, end, 0.2, until_the_last_has_ended=1.0)
    await nothing_goes_on(clock, trace, response, end)


@CLASSES
async def test_ten_trips_at_once(answer, client, clock, fake, three):
    """Of ten trips at once one has no car: a 409 at 0.2 s, and the other nine are booked at 1.0 s."""
    trips = random.sample(range(10_000, 99_999), 10)
    without = trips[4]
    fakes = three({})
    fakes["car"] = fake(
        "book_car",
        takes=lambda trip: 0.2 if trip == without else 1.0,
        returns=booked,
        raises=lambda trip: answer.Unavailable(token()) if trip == without else None,
    )

    async def post(trip):
        response = await client.post(f"/trips/{trip}")
        return response, clock.now()

    start = clock.now()
    answered = await asyncio.gather(*(post(trip) for trip in trips))
    for trip, (response, end) in zip(trips, answered, strict=True):
        status(response, 409 if trip == without else 200)
        clock.check(start, end, 0.2 if trip == without else 1.0, one_trip_at_a_time=10.0)
        if trip != without:
            same(response.json(), {part: fakes[part].result_for(trip) for part in PARTS})


async def test_the_request_is_cancelled(client, clock, three, trace):
    """The server cancels a request after 0.3 s: it ends, and no booking goes on."""
    three({})
    request = asyncio.create_task(client.post(f"/trips/{random_trip()}"))
    await clock.sleep(0.3)
    if request.done():
        status(request.result(), 200)
    (handling,) = client.cancel()
    await asyncio.wait({request})
    end = clock.now()
    expect(
        handling.cancelled(),
        "cancel",
        "a request that ends when it is cancelled",
        "a request that goes on",
        name="book_flight",
    )
    await clock.sleep(3.0)
    for name in PARTS.values():
        for call in trace.named(name):
            expect(
                call.end is not None and call.end <= end,
                "left_open",
                f"{name} to end with its request",
                f"{call.label}",
                line=call.line,
                running=True,
            )
